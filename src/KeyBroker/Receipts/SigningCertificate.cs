using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Receipts;

/// <summary>The certificate that an authority issued for a signing key, and its chain, the key's own first.</summary>
internal sealed class SigningCertificate
{
    private const int LongestChain = 8;

    private readonly X509Certificate2Collection _chain;

    private SigningCertificate(X509Certificate2Collection chain) => _chain = chain;

    public string Pem => _chain.ExportCertificatePems();

    public string Subject => Own.Subject;

    public string Issuer => Own.Issuer;

    public DateTimeOffset NotBefore => Own.NotBefore;

    public DateTimeOffset NotAfter => Own.NotAfter;

    private X509Certificate2 Own => _chain[0];

    /// <summary>A chain as PEM, which need not be about any key.</summary>
    /// <exception cref="SigningCertificateException">It holds no certificate, or too many.</exception>
    public static SigningCertificate Parse(string pem)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            throw new SigningCertificateException("not certificates as PEM");
        }

        return chain.Count is > 0 and <= LongestChain
            ? new SigningCertificate(chain)
            : throw new SigningCertificateException($"one to {LongestChain} certificates as PEM are expected");
    }

    /// <summary>TOK-17. The chain of this key, in order, valid now.</summary>
    /// <exception cref="SigningCertificateException">What is wrong with it.</exception>
    public void RequireOf(SigningKey key, DateTimeOffset now)
    {
        Require(IsOf(key), "the first certificate is of another key: ask for one with the request of this very key");
        Require(IsValidAt(now), $"the certificate is valid from {NotBefore.UtcDateTime:u} to {NotAfter.UtcDateTime:u} only");
        Require(
            Own.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature)),
            "the certificate is not for signatures");
        Require(IsChained(now), "each certificate has to be issued by the next one, valid, and by an authority");
    }

    public bool IsOf(SigningKey key)
    {
        using var certified = Own.GetECDsaPublicKey();
        return certified is { KeySize: 256 } && SigningKey.PublicJwkOf(certified).Thumbprint == key.Kid;
    }

    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time <= NotAfter;

    /// <summary>RFC 7517, 4.7 and 4.9.</summary>
    public void AddTo(JsonObject jwk)
    {
        jwk["x5c"] = new JsonArray([.. _chain.Select(certificate => JsonValue.Create(Convert.ToBase64String(certificate.RawData)))]);
        jwk["x5t#S256"] = Base64Url.Encode(SHA256.HashData(Own.RawData));
    }

    // The last one may be a root or an intermediate: whom to trust is for relying parties to say, not for us.
    private bool IsChained(DateTimeOffset now)
    {
        using var built = new X509Chain();
        built.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        built.ChainPolicy.DisableCertificateDownloads = true;
        built.ChainPolicy.VerificationTime = now.UtcDateTime;
        built.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        built.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        built.ChainPolicy.CustomTrustStore.Add(_chain[^1]);
        built.ChainPolicy.ExtraStore.AddRange(_chain);
        return built.Build(Own) && built.ChainElements.Select(element => element.Certificate.Thumbprint)
            .SequenceEqual(_chain.Select(certificate => certificate.Thumbprint), StringComparer.Ordinal);
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SigningCertificateException(otherwise);
        }
    }
}
