using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/wrap: a key under this key.</summary>
internal sealed class WrapWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<WrapWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Wrap;

    protected override string[] Members => ["key", "aad"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/wrap");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override WrapWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (key, aad) = (members.Bytes("key"), members.OptionalBytes("aad"));
        return new WrapWithKey(admission.Meeting(new Use { Aad = aad }), key, aad);
    }
}
