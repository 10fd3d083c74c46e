using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class UnwrapWithKeyHandler(KeyVault vault, Ciphers ciphers) : KeyHandler<UnwrapWithKey>(vault)
{
    public override async Task<Outcome<KeyResult>> Handle(UnwrapWithKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, Ciphertext.VersionIn(request.Wrapped));
        var unwrapped = await ciphers.UnwrapAsync(key, request.Wrapped, request.Aad, cancellationToken);
        try
        {
            var result = request.Recipient is { } recipient
                ? new JsonObject { ["jwe"] = JweEncrypter.Encrypt(recipient, unwrapped) }
                : new JsonObject { ["key"] = Base64Url.Encode(unwrapped) };
            return Done(key, Ciphertext.Parse(request.Wrapped).Version, result) with { Recipient = Recipient.NameOf(request.Approval, request.Recipient) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(unwrapped);
        }
    }
}
