using KeyBroker.Gate;
using KeyBroker.Recipients;

namespace KeyBroker.Keys;

/// <summary>Release the private part of an exportable key to the attested key, or into the machine's own TPM.</summary>
internal sealed record ReleaseKey(Approval Approval, ReleaseTarget Target, int? Version) : KeyMessage(Approval);
