using System.Security.Cryptography.X509Certificates;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Endorsements;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Endorsements;

/// <summary>What a maker left in a TPM, found and used: by swtpm's own certificate authority.</summary>
public sealed class CertificateMemoryTests
{
    [Fact]
    public async Task Finds_the_certificate_of_the_very_key_and_nothing_where_nothing_is()
    {
        using var maker = new SwtpmMaker();
        await using var swtpm = await Swtpm.StartAsync(await maker.MakeAsync());
        using var tpm = swtpm.Open();
        var memory = new CertificateMemory(tpm);
        foreach (var kind in new[] { EndorsementKeyKind.Rsa, EndorsementKeyKind.EccP384High })
        {
            using var certificate = X509CertificateLoader.LoadCertificate(memory.Find(kind)!.Certificate);
            var made = EndorsementKeys.Create(tpm, kind);
            tpm.Execute(new FlushContext(made.Object.Handle));
            Assert.Equal(certificate.PublicKey.EncodedKeyValue.RawData, KeyBytes(made.Public));
        }

        Assert.Null(memory.Find(EndorsementKeyKind.Ecc));
        Assert.Null(memory.Find(EndorsementKeyKind.RsaHigh));
    }

    [Theory]
    [InlineData(EndorsementKeyKind.Ecc)]
    [InlineData(EndorsementKeyKind.EccHigh)]
    [InlineData(EndorsementKeyKind.EccP384High)]
    [InlineData(EndorsementKeyKind.Rsa)]
    public async Task Opens_a_credential_with_each_kind_by_its_own_authorization(EndorsementKeyKind kind)
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        var key = tpm.Execute(new CreatePrimary(TpmObject.Endorsement.WithPassword(), Templates.AttestationKeyEccP256));
        var ek = EndorsementKeys.Create(tpm, kind);
        var credential = CredentialBlob.MakeCredential(ek.Public, key.Object.Name, "secret"u8);
        Assert.Equal("secret"u8, EndorsementKeys.Activate(tpm, key.Object.WithPassword(), (kind, ek.Object), credential));
    }

    private static byte[] KeyBytes(TpmPublic area)
    {
        var info = PublicKey.CreateFromSubjectPublicKeyInfo(area.SubjectPublicKeyInfo(), out _);
        return info.EncodedKeyValue.RawData;
    }
}
