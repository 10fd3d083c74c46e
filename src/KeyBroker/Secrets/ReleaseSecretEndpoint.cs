using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Recipients;

namespace KeyBroker.Secrets;

/// <summary>POST /v1/secrets/{name}/release: a secret, encrypted to the attested key or wrapped for the machine's TPM.</summary>
internal sealed class ReleaseSecretEndpoint(AccessGate gate, SecretAnswers answers, RecipientReader recipients)
    : SecretEndpoint(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Release;

    public override void Configure()
    {
        Post("/v1/secrets/{name}/release");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override SecretMessage Read(Admission admission, RequestBody body)
    {
        var (members, approval) = (body.Object("version", "to"), admission.Meeting(Use.Plain));

        // SEC-1. Only whom the TPM that signed the evidence vouches for.
        var target = recipients.Read(approval, members.Required("to"));
        return new ReleaseSecret(target.Narrow(approval), target, members.OptionalInt32("version"));
    }
}
