using System.Text.Json.Nodes;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Tests.EventLogs;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Certificates;

/// <summary>Certificates of real TPMs: what they say, and random changes of them.</summary>
public sealed class PublishedCertificateTests
{
    [Fact]
    public void Tells_of_each_published_certificate_what_its_origin_tells()
    {
        Assert.SkipUnless(PublishedCorpus.IsPresent, PublishedCorpus.Absent);
        var named = PublishedCorpus.Of("ek_cert")
            .Where(entry => entry["expected"]!["tpm_manufacturer"] is not null && entry["files"]!["ek_pub"] is not null)
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, entry =>
        {
            var profile = EndorsementProfile.Check(Certificate.Parse(PublishedCorpus.Read(entry, "cert")));
            Assert.Equal((string)entry["expected"]!["tpm_manufacturer"]!, profile.Manufacturer);
            Assert.Equal((string)entry["expected"]!["tpm_model"]!, profile.Model);
            Assert.Equal((string)entry["expected"]!["tpm_version"]!, profile.Version);
        });
    }

    [Fact]
    public void Meets_random_changes_of_real_certificates_with_its_own_exception_only()
    {
        Assert.SkipUnless(PublishedCorpus.IsPresent, PublishedCorpus.Absent);
        var source = new MutationSource(seed: 7);
        var (read, refused) = (0, 0);
        foreach (var original in PublishedCorpus.Of("ek_cert").Where(IsDer).Select(entry => PublishedCorpus.Read(entry, "cert")))
        {
            for (var i = 0; i < 200; i++)
            {
                _ = Survives(source.Mutate(original)) ? read++ : refused++;
            }
        }

        Assert.True(refused > 1000, $"{read} read, {refused} refused");
    }

    private static bool IsDer(JsonNode entry) => (string?)entry["formats"]?["cert"] is "DER" or "binary";

    private static bool Survives(byte[] bytes)
    {
        try
        {
            var certificate = Certificate.Parse(bytes);
            Judge(certificate);
            CertificatePath.DangerousCheckWithSha1(
                certificate, [certificate], CertificateAnchors.Of([certificate], []), certificate.NotBefore);
            return true;
        }
        catch (CertificateException)
        {
            return false;
        }
    }

    private static void Judge(Certificate certificate)
    {
        try
        {
            EndorsementProfile.Check(certificate);
        }
        catch (CertificateException)
        {
            // The path is searched nevertheless.
        }
    }
}
