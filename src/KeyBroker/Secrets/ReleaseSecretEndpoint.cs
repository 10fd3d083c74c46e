using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Gate;
using KeyBroker.Hosting;

namespace KeyBroker.Secrets;

/// <summary>POST /v1/secrets/{name}/release: a secret, encrypted to the attested key.</summary>
internal sealed class ReleaseSecretEndpoint(AccessGate gate, SecretAnswers answers) : SecretEndpoint(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Release;

    public override void Configure()
    {
        Post("/v1/secrets/{name}/release");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override SecretMessage Read(Approval approval, RequestBody body)
    {
        var members = body.Object("version", "to");
        var to = members.Required("to");
        if (to.ValueKind == JsonValueKind.Object)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, "release into a TPM is not available yet");
        }

        if (members.Text("to") != "enc")
        {
            throw DeniedException.Malformed("\"enc\" is expected", "to");
        }

        // SEC-1. Only the key that the TPM signed with the evidence.
        var recipient = approval.Enc
            ?? throw new DeniedException(ProblemCodes.OperationUnsupported, "the evidence named no enc key: attest with one");
        return new ReleaseSecret(approval, recipient, members.OptionalInt32("version"));
    }
}
