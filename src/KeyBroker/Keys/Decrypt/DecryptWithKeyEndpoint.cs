using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/decrypt: the plaintext of a ciphertext.</summary>
internal sealed class DecryptWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<DecryptWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Decrypt;

    protected override string[] Members => ["ciphertext", "aad", "to"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/decrypt");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override DecryptWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (ciphertext, aad) = (members.Text("ciphertext"), members.OptionalBytes("aad"));
        var (approval, key) = Recipient.Of(admission.Meeting(new Use { Aad = aad }), members.OptionalText("to"));
        return new DecryptWithKey(approval, ciphertext, aad) { Recipient = key };
    }
}
