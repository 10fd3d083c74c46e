using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class DecryptWithKeyHandler(KeyVault vault, Ciphers ciphers) : KeyHandler<DecryptWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(DecryptWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, Ciphertext.VersionIn(request.Ciphertext));
        var plaintext = await ciphers.DecryptAsync(key, request.Ciphertext, request.Aad, cancellationToken);
        try
        {
            var result = request.Recipient is { } recipient
                ? new JsonObject { ["jwe"] = JweEncrypter.Encrypt(recipient, plaintext) }
                : new JsonObject { ["plaintext"] = Base64Url.Encode(plaintext) };
            return Done(key, Ciphertext.Parse(request.Ciphertext).Version, result) with { Recipient = Recipient.NameOf(request.Approval, request.Recipient) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}
