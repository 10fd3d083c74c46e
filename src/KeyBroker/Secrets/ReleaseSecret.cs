using KeyBroker.Gate;
using KeyBroker.Recipients;

namespace KeyBroker.Secrets;

/// <summary>Release a secret to the attested key, or into the machine's own TPM.</summary>
internal sealed record ReleaseSecret(Approval Approval, ReleaseTarget Target, int? Version) : SecretMessage(Approval);
