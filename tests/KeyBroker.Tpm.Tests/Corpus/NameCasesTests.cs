using System.Text;
using System.Text.Json;
using KeyBroker.Tpm.Structures;
using Xunit;
using static KeyBroker.Tpm.Tests.Corpus.RealCases;

namespace KeyBroker.Tpm.Tests.Corpus;

public sealed class NameCasesTests
{
    [Fact]
    public void Public_areas_have_the_names_their_tpm_gave_them() => All(
        Of("name").Where(one => one.GetProperty("files").TryGetProperty("public", out _)),
        one =>
        {
            var bytes = Bytes(one, "public");
            var area = Text(one.GetProperty("formats"), "public") == "TPM2B_PUBLIC"
                ? TpmPublic.ParseSized(bytes)
                : TpmPublic.Parse(bytes);

            Assert.Equal(Text(one.GetProperty("expected"), "name"), area.Name.ToString());
            using var key = area.ToKey();
            if (Text(one.GetProperty("expected"), "template") is not null)
            {
                Assert.True(Templates.IsEndorsementTemplate(area));
            }
        });

    [Fact]
    public void Foreign_keys_have_the_names_a_tpm_would_give_them() => All(
        Of("name").Where(one => one.GetProperty("files").TryGetProperty("public_pem", out _)),
        one =>
        {
            var foreign = PublicKeyFormats.FromPem(Encoding.UTF8.GetString(Bytes(one, "public_pem")));
            var area = foreign with
            {
                NameAlgorithm = Hash(Text(one.GetProperty("inputs"), "name_alg")!),
                Attributes = (ObjectAttributes)Convert.ToUInt32(Text(one.GetProperty("inputs"), "attributes"), 16),
            };

            Assert.Equal(Hex(one.GetProperty("expected"), "tpmt_public"), area.ToBytes());
            Assert.Equal(Text(one.GetProperty("expected"), "name"), area.Name.ToString());
        });

    [Fact]
    public void Attestations_parse_or_are_refused() => All(
        Of("name").Where(one => one.GetProperty("files").TryGetProperty("attest", out _)),
        one =>
        {
            if (Text(one, "outcome") == "reject")
            {
                Assert.Throws<TpmFormatException>(() => Attest.Parse(Bytes(one, "attest")));
                return;
            }

            CheckCertify(Attest.Parse(Bytes(one, "attest")), one.GetProperty("expected"));
        });

    private static void CheckCertify(Attest attest, JsonElement expected)
    {
        Assert.Equal(Hex(expected, "qualified_signer"), attest.QualifiedSigner.ToArray());
        Assert.Equal(Hex(expected, "extra_data"), attest.ExtraData.ToArray());
        Assert.Equal(Text(expected, "firmware_version"), attest.FirmwareVersion.ToString("x16", null));
        Assert.Equal(Text(expected, "attested_name"), attest.Certify!.Name.ToString());
        Assert.Equal(Text(expected, "attested_qualified_name"), attest.Certify.QualifiedName.ToString());
        Assert.Equal(expected.GetProperty("clock").GetUInt64(), attest.Clock.Clock);
        Assert.Equal(expected.GetProperty("reset_count").GetUInt32(), attest.Clock.ResetCount);
        Assert.Equal(expected.GetProperty("restart_count").GetUInt32(), attest.Clock.RestartCount);
        Assert.Equal(expected.GetProperty("safe").GetBoolean(), attest.Clock.Safe);
    }
}
