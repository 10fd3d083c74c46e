using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KeyBroker.Configuration;

namespace KeyBroker.Verifiers;

/// <summary>Makes HTTP clients that go where they are told and nowhere else.</summary>
internal static class VerifierHandlers
{
    private const int MaxHeaderKilobytes = 16;
    private static readonly TimeSpan s_connectionAge = TimeSpan.FromMinutes(2);

    /// <exception cref="StartupException">The authorities cannot be read.</exception>
    public static HttpClient Make(VerifierSettings settings, ClientCertificate? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !IsOnLoopback(settings),
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            PooledConnectionLifetime = s_connectionAge,
        };
        try
        {
            Trust(handler.SslOptions, settings.TrustedRoots);
            Identify(handler.SslOptions, certificate);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            handler.Dispose();
            throw new StartupException($"correct KeyBroker:Verifiers:{settings.Name}:TrustedRoots: {failure.Message}", failure);
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    // VER-2 lets http be where nobody is in between, which a proxy of the environment would be.
    private static bool IsOnLoopback(VerifierSettings settings) =>
        settings.Jwks.Url is { IsLoopback: true } || settings.Background?.Url is { IsLoopback: true };

    private static void Trust(SslClientAuthenticationOptions tls, string? roots)
    {
        if (roots is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(roots);
        }
    }

    private static void Identify(SslClientAuthenticationOptions tls, ClientCertificate? certificate)
    {
        if (certificate is not null)
        {
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current;
        }
    }
}
