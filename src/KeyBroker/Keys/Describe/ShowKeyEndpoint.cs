using KeyBroker.Gate;
using KeyBroker.Hosting;

namespace KeyBroker.Keys;

/// <summary>GET /v1/keys/{name}: a key and its versions.</summary>
internal sealed class ShowKeyEndpoint(AccessGate gate, KeyAnswers answers) : KeyEndpoint(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Read;

    public override void Configure()
    {
        Get("/v1/keys/{name}");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Admission admission, RequestBody body) => new ShowKey(admission.Meeting(Use.Plain));
}
