using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Differential;

/// <summary>Quotes: tpm2_checkquote accepts ours, and we verify those of tpm2_quote.</summary>
public sealed class QuoteToolTests : BesideTools
{
    private const string Key = "0x81000001";

    public static TheoryData<string> Keys =>
        [nameof(Templates.AttestationKeyEccP256), nameof(Templates.AttestationKeyRsa2048)];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task The_tools_accept_ours(string template)
    {
        var key = MakeKey(template);
        var quote = Use(tpm => tpm.Execute(new Quote(
            key.Object.WithPassword(), Convert.FromHexString("c0ffee"), [PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7)])));
        Write("public", key.Public.ToSizedBytes());
        Write("message", quote.Attest);
        Write("signature", quote.Signature.ToBytes());
        await ToolAsync("tpm2_checkquote", "-u", "public", "-m", "message", "-s", "signature", "-q", "c0ffee", "-g", "sha256");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task We_accept_theirs(string template)
    {
        var key = MakeKey(template);
        await ToolAsync("tpm2_quote", "-c", Key, "-l", "sha256:0,7", "-q", "c0ffee", "-m", "message", "-s", "signature");
        using var verifier = key.Public.ToKey();
        Assert.True(TpmSignature.Parse(Read("signature")).VerifyData(verifier, Read("message")));
        var attest = Attest.Parse(Read("message"));
        Assert.Equal(Convert.FromHexString("c0ffee"), attest.ExtraData.ToArray());
        Assert.Equal([0, 7], Assert.Single(attest.Quote!.Pcrs).Indices);
    }

    private CreatePrimaryResponse MakeKey(string template) =>
        MakePersistent((TpmPublic)typeof(Templates).GetProperty(template)!.GetValue(null)!, Key);
}
