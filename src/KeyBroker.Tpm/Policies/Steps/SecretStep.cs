using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicySecret (TPM 2.0 Part 3, 23.4).</summary>
internal sealed record SecretStep(TpmName Entity, ReadOnlyMemory<byte> PolicyRef) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.Secret(Entity, PolicyRef.Span);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        means.FindSecret(Entity) is not null;

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        session.Secret(Need(means.FindSecret(Entity), $"the authorization of {Entity}"), PolicyRef);
}
