using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KeyBroker.Configuration;
using KeyBroker.Tests.TpmAccess;
using KeyBroker.Verifiers;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-53: our certificate towards a verifier, as its files change.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-client-");
    private readonly LineLog _log = new();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string Certificate => Path.Combine(_folder.FullName, "client.pem");

    private string Key => Path.Combine(_folder.FullName, "client.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Is_replaced_where_both_files_changed_and_not_before()
    {
        Put("CN=first");
        var certificate = Open();
        var (firstPem, firstKey) = (File.ReadAllText(Certificate), File.ReadAllText(Key));
        Put("CN=second");
        var (secondPem, secondKey) = (File.ReadAllText(Certificate), File.ReadAllText(Key));

        File.WriteAllText(Key, firstKey);
        Assert.Equal("CN=first", certificate.Current.Subject);
        Assert.Equal("CN=first", certificate.Current.Subject);
        Assert.Single(_log.Lines, line => line.Contains("was not renewed", StringComparison.Ordinal));

        File.WriteAllText(Key, secondKey);
        Assert.Equal("CN=second", certificate.Current.Subject);
        Assert.True(certificate.Current.HasPrivateKey);
        Assert.Contains(_log.Lines, line => line.Contains("CN=second", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, line => line.Contains("PRIVATE", StringComparison.Ordinal));
        Assert.NotEqual(firstPem, secondPem);
    }

    [Theory]
    [InlineData("no certificate")]
    [InlineData("")]
    [InlineData(null)]
    public void The_former_one_goes_on_where_there_is_none(string? content)
    {
        Put("CN=first");
        var certificate = Open();
        if (content is null)
        {
            File.Delete(Certificate);
        }
        else
        {
            File.WriteAllText(Certificate, content);
        }

        Assert.Equal("CN=first", certificate.Current.Subject);
        certificate.Renew();
        Assert.Single(_log.Lines);
        Put("CN=second");
        Assert.Equal("CN=second", certificate.Current.Subject);
    }

    [Theory]
    [InlineData(-60, -1)]
    [InlineData(60, 120)]
    public void The_former_one_goes_on_where_the_other_is_not_valid_now(int fromMinutes, int toMinutes)
    {
        Put("CN=first");
        var certificate = Open();
        Put("CN=second", fromMinutes, toMinutes);
        Assert.Equal("CN=first", certificate.Current.Subject);
        Assert.Contains("it is valid from", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void At_the_start_a_pair_that_is_none_is_an_error()
    {
        Put("CN=first");
        var key = File.ReadAllText(Key);
        Put("CN=second");
        File.WriteAllText(Key, key);
        Assert.Contains("KeyBroker:Verifiers:v", Assert.Throws<StartupException>(Open).Message, StringComparison.Ordinal);
    }

    private ClientCertificate Open()
    {
        var settings = new Dictionary<string, string?>
        {
            ["v:Kind"] = "background",
            ["v:Issuer"] = "https://v.example",
            ["v:Audience"] = "kb",
            ["v:Algorithms"] = "ES256",
            ["v:Jwks"] = "https://v.example/jwks",
            ["v:Profile"] = "ear",
            ["v:Url"] = "https://v.example/",
            ["v:Api"] = "post",
            ["v:ClientCertificate"] = Certificate,
            ["v:ClientKey"] = Key,
        };
        var read = VerifierSettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return ClientCertificate.Open(Assert.Single(read), TimeProvider.System, _log)!;
    }

    private void Put(string subject, int fromMinutes = -5, int toMinutes = 60)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(Now.AddMinutes(fromMinutes), Now.AddMinutes(toMinutes));
        File.WriteAllText(Certificate, issued.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }
}
