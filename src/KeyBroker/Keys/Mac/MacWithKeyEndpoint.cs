using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/mac: a message authentication code.</summary>
internal sealed class MacWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<MacWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Mac;

    protected override string[] Members => ["message"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/mac");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override MacWithKey ReadOne(Admission admission, StrictObject members) =>
        new(admission.Meeting(Use.Plain), members.Bytes("message"));
}
