using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/encrypt: a ciphertext under the primary version.</summary>
internal sealed class EncryptWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<EncryptWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Encrypt;

    protected override string[] Members => ["plaintext", "aad"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/encrypt");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override EncryptWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (plaintext, aad) = (members.Bytes("plaintext"), members.OptionalBytes("aad"));
        return new EncryptWithKey(admission.Meeting(new Use { Aad = aad }), plaintext, aad);
    }
}
