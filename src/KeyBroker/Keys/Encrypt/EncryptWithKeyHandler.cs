using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class EncryptWithKeyHandler(KeyVault vault, Ciphers ciphers) : KeyHandler<EncryptWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(EncryptWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, null);
        try
        {
            var ciphertext = await ciphers.EncryptAsync(key, request.Plaintext, request.Aad, cancellationToken);
            return Done(key, key.PrimaryVersion, new JsonObject { ["ciphertext"] = ciphertext });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(request.Plaintext);
        }
    }
}
