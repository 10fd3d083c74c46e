using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Differential;

/// <summary>Quotes: tpm2_checkquote accepts ours, and we verify those of tpm2_quote.</summary>
public sealed class QuoteToolTests : BesideTools
{
    private const string Key = "0x81000001";
    private static readonly PcrSelection s_registers = PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7);

    public static TheoryData<string> Keys =>
        [nameof(Templates.AttestationKeyEccP256), nameof(Templates.AttestationKeyRsa2048)];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task The_tools_accept_ours(string template)
    {
        var key = MakeKey(template);
        var quote = Use(tpm =>
        {
            Extend(tpm);
            return tpm.Execute(new Quote(key.Object.WithPassword(), Convert.FromHexString("c0ffee"), [s_registers]));
        });
        Write("public", key.Public.ToSizedBytes());
        Write("message", quote.Attest);
        Write("signature", quote.Signature.ToBytes());
        await ToolAsync("tpm2_pcrread", "sha256:0,7", "-o", "registers", "-F", "values");
        await ToolAsync(
            "tpm2_checkquote", "-u", "public", "-m", "message", "-s", "signature", "-q", "c0ffee", "-g", "sha256",
            "-f", "registers", "-F", "values", "-l", "sha256:0,7");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task We_accept_theirs(string template)
    {
        var key = MakeKey(template);
        var values = Use(tpm =>
        {
            Extend(tpm);
            return PcrRead.All(tpm, [s_registers]);
        });
        await ToolAsync("tpm2_quote", "-c", Key, "-l", "sha256:0,7", "-q", "c0ffee", "-m", "message", "-s", "signature");
        using var verifier = key.Public.ToKey();
        Assert.True(TpmSignature.Parse(Read("signature")).VerifyData(verifier, Read("message")));
        var attest = Attest.Parse(Read("message"));
        Assert.Equal(Convert.FromHexString("c0ffee"), attest.ExtraData.ToArray());
        Assert.Equal([0, 7], Assert.Single(attest.Quote!.Pcrs).Indices);
        Assert.Equal(SHA256.HashData([.. values.SelectMany(value => value)]), attest.Quote.PcrDigest.ToArray());
    }

    // Of registers that all are zero any two would do.
    private static void Extend(Tpm tpm) => tpm.Execute(new PcrEvent(TpmObject.Pcr(7).WithPassword(), "measured"u8.ToArray()));

    private CreatePrimaryResponse MakeKey(string template) =>
        MakePersistent((TpmPublic)typeof(Templates).GetProperty(template)!.GetValue(null)!, Key);
}
