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

    protected override VerifyWithKey ReadOne(Approval approval, StrictObject members) =>
        new(
            approval, SigningInput.Of(members), members.Bytes("signature"), members.OptionalInt32("version"));
}
