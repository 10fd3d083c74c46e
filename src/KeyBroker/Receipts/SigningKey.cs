using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Storage;
using Microsoft.IdentityModel.Tokens;

namespace KeyBroker.Receipts;

/// <summary>An ES256 key of the broker's own, with the statement that bounds it and the TPM's word for that.</summary>
internal sealed class SigningKey : IDisposable
{
    // The library's cache would outlive the keys, and give a reopened key the handle of its closed predecessor.
    private static readonly CryptoProviderFactory s_factory = new() { CacheSignatureProviders = false };

    private readonly ECDsa _key;

    private SigningKey(ECDsa key, byte[] statement, KeyCertification certification)
    {
        (_key, StatementBytes, Certification) = (key, statement, certification);
        Statement = KeyStatement.Parse(statement);
        Jwk = PublicJwkOf(key);
        SecurityKey = new ECDsaSecurityKey(key) { KeyId = Kid, CryptoProviderFactory = s_factory };
        Credentials = new SigningCredentials(SecurityKey, SecurityAlgorithms.EcdsaSha256);
    }

    public string Use => Statement.Use;

    public PublicJwk Jwk { get; }

    /// <summary>The RFC 7638 thumbprint.</summary>
    public string Kid => Jwk.Thumbprint;

    public KeyStatement Statement { get; }

    /// <summary>The very bytes that the TPM vouched for.</summary>
    public byte[] StatementBytes { get; }

    public KeyCertification Certification { get; }

    public ECDsaSecurityKey SecurityKey { get; }

    public SigningCredentials Credentials { get; }

    /// <summary>Takes over a key that belongs to a statement.</summary>
    /// <exception cref="StoreIntegrityException">The statement is about another key.</exception>
    public static SigningKey Of(ECDsa key, byte[] statement, KeyCertification certification)
    {
        var made = new SigningKey(key, statement, certification);
        if (made.Statement.Jkt == made.Kid)
        {
            return made;
        }

        made.Dispose();
        throw new StoreIntegrityException("a signing key was exchanged outside the broker");
    }

    public static PublicJwk PublicJwkOf(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return PublicJwk.Parse(
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""");
    }

    public bool SignsAt(DateTimeOffset time, string issuer) =>
        Statement.NotBefore <= time && time < Statement.NotAfter && Statement.Issuer == issuer;

    /// <summary>The key as the JWKS shows it.</summary>
    public JsonObject ToJwk()
    {
        var jwk = JsonNode.Parse(Jwk.ToJson())!.AsObject();
        jwk["kid"] = Kid;
        jwk["alg"] = SecurityAlgorithms.EcdsaSha256;
        jwk["use"] = "sig";
        return jwk;
    }

    /// <summary>A request for a certificate (PKCS #10) as PEM, signed by this key.</summary>
    public string RequestCertificate(X500DistinguishedName subject)
    {
        var request = new CertificateRequest(subject, _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        return request.CreateSigningRequestPem();
    }

    public void Dispose() => _key.Dispose();
}
