using System.Security.Cryptography;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Endorsements;

public sealed class EndorsementKeyTests
{
    private static readonly TpmPublic s_good =
        Templates.EndorsementKeyEccP256 with { Unique = TestKeys.Get("EcDsa-Sha256").Public.Unique };

    [Fact]
    public void Derives_the_machine_from_the_public_key_alone()
    {
        using var key = s_good.ToKey();
        var expected = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

        Assert.Equal(expected, EndorsementKey.Check(s_good).MachineId);
        Assert.Equal(
            expected,
            EndorsementKey.Check(Templates.HighRangeEccP256 with { Unique = s_good.Unique }).MachineId);
    }

    [Fact]
    public void Refuses_every_other_attribute()
    {
        for (var bit = 1; bit < 20; bit++)
        {
            var attributes = s_good.Attributes ^ (ObjectAttributes)(1u << bit);
            if (attributes != Templates.HighRangeEccP256.Attributes)
            {
                Refuses(s_good with { Attributes = attributes });
            }
        }
    }

    [Fact]
    public void Refuses_another_policy() => Refuses(s_good with { AuthPolicy = new byte[32] });

    [Fact]
    public void Refuses_an_attestation_key() => Refuses(TestKeys.Get("EcDsa-Sha256").Public);

    [Fact]
    public void Refuses_a_template_without_a_key_in_it() => Refuses(Templates.EndorsementKeyEccP256);

    private static void Refuses(TpmPublic publicArea)
    {
        var denied = Assert.Throws<DeniedException>(() => EndorsementKey.Check(publicArea));
        Assert.Equal((ProblemCodes.EnrollmentDenied, ReasonCodes.EndorsementTemplate), (denied.Code, denied.Reasons[0].Code));
    }
}
