using KeyBroker.Attestation;
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

    protected override DecryptWithKey ReadOne(Approval approval, StrictObject members) =>
        new(approval, members.Text("ciphertext"), members.OptionalBytes("aad"))
        {
            Recipient = Recipient(approval, members.OptionalText("to")),
        };

    // A grant may demand that the plaintext leaves only to the key that the TPM signed with the evidence.
    private static PublicJwk? Recipient(Approval approval, string? to) => to switch
    {
        null when approval.OnlyToEnc =>
            throw new DeniedException(ProblemCodes.OperationDenied, "the policy grants decryption only to the attested enc key"),
        null => null,
        "enc" => approval.RequireEnc(),
        _ => throw DeniedException.Malformed("\"enc\" is expected", "to"),
    };
}
