using KeyBroker.Gate;
using KeyBroker.Hosting;

namespace KeyBroker.Secrets;

/// <summary>GET /v1/secrets/{name}: a secret's versions, never its value.</summary>
internal sealed class ShowSecretEndpoint(AccessGate gate, SecretAnswers answers) : SecretEndpoint(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Read;

    public override void Configure()
    {
        Get("/v1/secrets/{name}");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override SecretMessage Read(Admission admission, RequestBody body) => new ShowSecret(admission.Meeting(Use.Plain));
}
