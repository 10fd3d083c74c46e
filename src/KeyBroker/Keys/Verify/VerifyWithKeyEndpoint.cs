using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/verify: whether a signature is by this key.</summary>
internal sealed class VerifyWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<VerifyWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Verify;

    protected override string[] Members => ["alg", "message", "digest", "signature", "version"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/verify");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override VerifyWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (input, signature) = (SigningInput.Of(members), members.Bytes("signature"));
        return new VerifyWithKey(
            admission.Meeting(new Use { Algorithm = input.Alg }), input, signature, members.OptionalInt32("version"));
    }
}
