using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KeyBroker.Tests.Http;

/// <summary>A certification authority with an intermediate, which certifies whatever it is asked.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset s_from = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_to = new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _middle;

    public TestAuthority()
    {
        Root = Authority("CN=Root", _rootKey).CreateSelfSigned(s_from, s_to);
        using var unsigned = Authority("CN=Middle", _middleKey).Create(Root, s_from, s_to, [1]);
        _middle = unsigned.CopyWithPrivateKey(_middleKey);
    }

    public X509Certificate2 Root { get; }

    public string MiddlePem => _middle.ExportCertificatePem();

    /// <summary>The certificate of a request, as PEM.</summary>
    public string Issue(string csr, (DateTimeOffset From, DateTimeOffset To)? validity = null)
    {
        var request = CertificateRequest.LoadSigningRequestPem(
            csr, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        using var certificate = request.Create(_middle, validity?.From ?? s_from, validity?.To ?? s_to, [2]);
        return certificate.ExportCertificatePem();
    }

    public string Chain(string csr, (DateTimeOffset From, DateTimeOffset To)? validity = null) =>
        $"{Issue(csr, validity)}\n{MiddlePem}\n{Root.ExportCertificatePem()}\n";

    public void Dispose()
    {
        Root.Dispose();
        _middle.Dispose();
        _rootKey.Dispose();
        _middleKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
