using KeyBroker.Pipeline;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

internal sealed class ReleaseKeyHandler(KeyVault vault, Exports exports) : KeyHandler<ReleaseKey>(vault)
{
    /// <summary>What RFC 7517, 7 calls an encrypted JWK.</summary>
    private const string Jwk = "jwk+json";

    public override async Task<Outcome<KeyResult>> Handle(ReleaseKey request, CancellationToken cancellationToken)
    {
        var key = Find(request.Approval, request.Version);
        using var jwk = await exports.PrivateJwkAsync(key, request.Version, cancellationToken);
        return Done(key, request.Version ?? key.PrimaryVersion, request.Target.Deliver(jwk.Span, Jwk)) with
        {
            Recipient = request.Target.NameFor(request.Approval),
        };
    }
}
