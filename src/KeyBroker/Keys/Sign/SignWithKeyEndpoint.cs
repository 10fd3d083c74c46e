using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/sign: a signature.</summary>
internal sealed class SignWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<SignWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Sign;

    protected override string[] Members => ["alg", "message", "digest", "version"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/sign");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override SignWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (input, version) = (SigningInput.Of(members), members.OptionalInt32("version"));
        return new SignWithKey(admission.Meeting(new Use { Algorithm = input.Alg }), input, version);
    }
}
