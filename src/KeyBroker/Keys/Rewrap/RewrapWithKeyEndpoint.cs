using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/rewrap: what was encrypted or wrapped, under the newest version.</summary>
internal sealed class RewrapWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<RewrapWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Rewrap;

    protected override string[] Members => ["ciphertext", "aad"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/rewrap");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override RewrapWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (ciphertext, aad) = (members.Text("ciphertext"), members.OptionalBytes("aad"));
        return new RewrapWithKey(admission.Meeting(new Use { Aad = aad }), ciphertext, aad);
    }
}
