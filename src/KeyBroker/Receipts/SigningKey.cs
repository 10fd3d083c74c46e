using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;
using Microsoft.IdentityModel.Tokens;

namespace KeyBroker.Receipts;

/// <summary>An ES256 key of the broker, opened: it signs for one use.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    public SigningKey(string use, ECDsa key)
    {
        (Use, _key) = (use, key);
        Jwk = PublicJwkOf(key);
        SecurityKey = new ECDsaSecurityKey(key) { KeyId = Jwk.Thumbprint };
    }

    public string Use { get; }

    public PublicJwk Jwk { get; }

    /// <summary>The RFC 7638 thumbprint.</summary>
    public string Kid => Jwk.Thumbprint;

    public ECDsaSecurityKey SecurityKey { get; }

    public SigningCredentials Credentials => new(SecurityKey, SecurityAlgorithms.EcdsaSha256);

    public void Dispose() => _key.Dispose();

    public static PublicJwk PublicJwkOf(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return PublicJwk.Parse(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""");
    }
}
