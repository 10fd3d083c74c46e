using System.Security.Cryptography;
using System.Text;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Differential;

/// <summary>Names and key formats, as tpm2-tools has them.</summary>
public sealed class NameToolTests : BesideTools
{
    private const string Handle = "0x81000001";

    public static TheoryData<string> TemplateNames =>
    [
        nameof(Templates.StorageRootKeyEcc), nameof(Templates.EndorsementKeyRsa2048), nameof(Templates.HighRangeEccP384),
        nameof(Templates.AttestationKeyEccP256), nameof(Templates.AttestationKeyRsa2048), nameof(Templates.SigningKeyEccP256),
    ];

    [Theory]
    [MemberData(nameof(TemplateNames))]
    public async Task A_key_has_the_name_and_the_forms_the_tools_find(string template)
    {
        var key = MakePersistent((TpmPublic)typeof(Templates).GetProperty(template)!.GetValue(null)!, Handle);
        await ToolAsync("tpm2_readpublic", "-c", Handle, "-n", "name", "-o", "public");
        Assert.Equal(Read("name"), key.Public.Name.Bytes.ToArray());
        Assert.Equal(Read("public"), key.Public.ToSizedBytes());

        await ToolAsync("tpm2_readpublic", "-c", Handle, "-f", "pem", "-o", "pem");
        var pem = Encoding.ASCII.GetString(Read("pem"));
        Assert.Equal(key.Public.SubjectPublicKeyInfo(), PublicKeyFormats.FromPem(pem).SubjectPublicKeyInfo());
        Assert.Equal(pem.Trim(), PublicKeyFormats.ToPem(key.Public));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_foreign_key_has_the_name_the_tools_give_it(bool isRsa)
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        Write("pem", Encoding.ASCII.GetBytes(pem));
        await ToolAsync("tpm2_loadexternal", "-G", isRsa ? "rsa" : "ecc", "-u", "pem", "-n", "name", "-c", "context");
        Assert.Equal(Read("name"), AsTheToolsWrite(PublicKeyFormats.FromPem(pem)).Name.Bytes.ToArray());
    }

    [Fact]
    public async Task An_index_has_the_name_the_tools_find()
    {
        await ToolAsync("tpm2_nvdefine", "0x01800001", "-C", "o", "-s", "8", "-a", "ownerread|ownerwrite|no_da|nt=counter");
        var before = Use(tpm => tpm.Execute(new NvReadPublic(new(0x01800001))));
        Assert.Equal(
            NvAttributes.OwnerRead | NvAttributes.OwnerWrite | NvAttributes.NoDa | NvAttributes.Counter, before.Attributes);
        await ToolAsync("tpm2_nvincrement", "0x01800001", "-C", "o");
        var shown = await ToolAsync("tpm2_nvreadpublic", "0x01800001");
        Assert.Contains(before.Written.Name.ToString(), shown, StringComparison.OrdinalIgnoreCase);
    }

    // TPMs write the usual exponent as zero, and so do we, in order to find the names they give; the tools spell it out.
    private static TpmPublic AsTheToolsWrite(TpmPublic area) => area.Parameters is RsaPublicParameters rsa
        ? area with { Parameters = rsa with { Exponent = 65537 } }
        : area;
}
