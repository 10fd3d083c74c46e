using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

public sealed class TemplatesTests
{
    // EK Credential Profile 2.5, B.6.4: what the NV index of policy C authorizes.
    private static readonly Dictionary<TpmAlgorithm, string> s_policyC = new()
    {
        [TpmAlgorithm.Sha256] = "3767e2edd43ff45a3a7e1eaefcef78643dca964632e7aad82c673a30d8633fde",
        [TpmAlgorithm.Sha384] =
            "d6032ce61f2fb3c240eb3cf6a33237ef2b6a16f4293c22b455e261cffd217ad5b4947c2d73e63005eed2dc2b3593d165",
    };

    [Fact]
    public void Low_range_is_guarded_by_the_endorsement_hierarchy()
    {
        var policyA = PolicyA(TpmAlgorithm.Sha256).Value;

        Assert.Equal(policyA, Templates.EndorsementKeyRsa2048.AuthPolicy.ToArray());
        Assert.Equal(policyA, Templates.EndorsementKeyEccP256.AuthPolicy.ToArray());
    }

    [Fact]
    public void High_range_is_guarded_by_policy_b()
    {
        TpmPublic[] templates =
        [
            Templates.HighRangeRsa2048, Templates.HighRangeEccP256, Templates.HighRangeEccP384,
            Templates.HighRangeRsa3072, Templates.HighRangeRsa4096,
        ];
        foreach (var template in templates)
        {
            var policyA = PolicyA(template.NameAlgorithm);
            var policyB = policyA.Or(policyA.Value, Convert.FromHexString(s_policyC[template.NameAlgorithm]));

            Assert.Equal(policyB.Value, template.AuthPolicy.ToArray());
            Assert.Equal(0x000300F2u, (uint)template.Attributes);
        }
    }

    [Fact]
    public void Knows_its_own_whatever_the_key() => Assert.All(
        Templates.EndorsementKeys,
        template => Assert.True(Templates.IsEndorsementTemplate(template with { Unique = Other(template) })));

    [Fact]
    public void Every_attribute_counts()
    {
        foreach (var template in Templates.EndorsementKeys)
        {
            for (var bit = 0; bit < 32; bit++)
            {
                var changed = template.Attributes ^ (ObjectAttributes)(1u << bit);
                Assert.False(Templates.IsEndorsementTemplate(template with { Attributes = changed }));
            }
        }
    }

    [Fact]
    public void Other_keys_are_not_endorsement_keys()
    {
        Assert.False(Templates.IsEndorsementTemplate(Templates.StorageRootKeyEcc));
        Assert.False(Templates.IsEndorsementTemplate(Templates.AttestationKeyEccP256));
        Assert.False(Templates.IsEndorsementTemplate(Templates.EndorsementKeyEccP256 with { AuthPolicy = default }));
        Assert.False(Templates.IsEndorsementTemplate(
            Templates.EndorsementKeyEccP256 with { NameAlgorithm = TpmAlgorithm.Sha384 }));
    }

    private static PolicyDigest PolicyA(TpmAlgorithm hash) =>
        PolicyDigest.Start(hash).Secret(TpmName.OfHandle(TpmHandle.Endorsement));

    private static PublicUnique Other(TpmPublic template) => template.Type == TpmAlgorithm.Rsa
        ? new RsaUnique(Samples.Fill(256))
        : new EccUnique(Samples.Fill(32), Samples.Fill(32));
}
