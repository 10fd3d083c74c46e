using KeyBroker.Audit;
using KeyBroker.Enrollments;
using KeyBroker.Receipts;
using KeyBroker.Storage;
using KeyBroker.Vault;

namespace KeyBroker.Hosting;

/// <summary>What was opened before the host is built, because a start without it must fail. The broker closes it, not the host.</summary>
internal sealed record OpenParts(Database Database, BrokerVault Vault, SigningKeys Signing, PoliciesInForce Policies, TrustedEndorsements Endorsements)
{
    public required AuditParts Audit { get; init; }
}
