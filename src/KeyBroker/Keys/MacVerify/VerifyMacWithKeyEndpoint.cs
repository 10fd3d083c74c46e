using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/mac-verify: whether a code is by this key.</summary>
internal sealed class VerifyMacWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<VerifyMacWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.MacVerify;

    protected override string[] Members => ["message", "mac"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/mac-verify");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override VerifyMacWithKey ReadOne(Admission admission, StrictObject members) =>
        new(admission.Meeting(Use.Plain), members.Bytes("message"), members.Bytes("mac"));
}
