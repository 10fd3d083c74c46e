using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace KeyBroker.Tests.Verifiers;

/// <summary>A verifier behind TLS of its own authority, who asks its callers for a certificate of the same.</summary>
internal sealed class SecureVerifier : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-tls-");
    private readonly X509Certificate2 _authority;
    private readonly WebApplication _app;

    private SecureVerifier(Func<string, string> answer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(Now.AddMinutes(-5), Now.AddDays(1));
        File.WriteAllText(Roots, _authority.ExportCertificatePem());
        Renew();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(https =>
        {
            https.ServerCertificate = Issue("CN=127.0.0.1", In("server.pem"), In("server.key"));
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, _) => shown.Subject == "CN=keybroker";
        })));
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.MapPost("/asked", async context =>
        {
            Shown.Enqueue(context.Connection.ClientCertificate!.SerialNumber);
            context.Response.Headers.Connection = "close"; // So that each request shows what is shown now.
            using var reader = new StreamReader(context.Request.Body);
            context.Response.ContentType = "application/jwt";
            await context.Response.WriteAsync(answer(await reader.ReadToEndAsync()));
        });
    }

    public string Roots => In("roots.pem");

    public string Certificate => In("client.pem");

    public string Key => In("client.key");

    /// <summary>The serial numbers of the certificates that were shown, request by request.</summary>
    public ConcurrentQueue<string> Shown { get; } = new();

    public string Url => _app.Urls.Single() + "/asked";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static async Task<SecureVerifier> StartAsync(Func<string, string> answer)
    {
        var verifier = new SecureVerifier(answer);
        await verifier._app.StartAsync();
        return verifier;
    }

    /// <summary>Puts another certificate and key for the broker into its files.</summary>
    public void Renew(TimeSpan? lifetime = null) => Issue("CN=keybroker", Certificate, Key, lifetime).Dispose();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private X509Certificate2 Issue(string subject, string certificateFile, string keyFile, TimeSpan? lifetime = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_authority, Now.AddMinutes(-4), Now + (lifetime ?? TimeSpan.FromHours(1)), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(certificateFile, issued.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
