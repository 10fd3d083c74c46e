using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class WrapWithKeyHandler(KeyVault vault, Ciphers ciphers) : KeyHandler<WrapWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(WrapWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, null);
        try
        {
            var wrapped = await ciphers.WrapAsync(key, request.Key, request.Aad, cancellationToken);
            return Done(key, key.PrimaryVersion, new JsonObject { ["wrapped"] = wrapped });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(request.Key);
        }
    }
}
