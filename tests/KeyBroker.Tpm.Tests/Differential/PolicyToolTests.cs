using System.Security.Cryptography;
using System.Text;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Differential;

/// <summary>Policy digests, step by step as the tools compute them in a trial session.</summary>
public sealed class PolicyToolTests : BesideTools
{
    private const string Index = "0x01800001";

    [Theory]
    [InlineData("sha256", TpmAlgorithm.Sha256)]
    [InlineData("sha384", TpmAlgorithm.Sha384)]
    public async Task Every_step_has_the_digest_the_tools_compute(string name, TpmAlgorithm hash)
    {
        var selection = PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7, 16);
        var values = Use(tpm => tpm.Execute(new PcrRead([selection])).Values);
        await ToolAsync("tpm2_startauthsession", "-S", "session", "-g", name);

        var policy = Policy.Empty.Pcr([selection], [.. values]);
        await Is(policy, hash, "tpm2_policypcr", "-l", "sha256:0,7,16");
        policy = policy.Secret(TpmObject.Endorsement.Name);
        await Is(policy, hash, "tpm2_policysecret", "-c", "e");
        policy = policy.AuthValue();
        await Is(policy, hash, "tpm2_policyauthvalue");
        policy = policy.CommandCode(TpmCommandCode.Unseal);
        await Is(policy, hash, "tpm2_policycommandcode", "TPM2_CC_Unseal");
        policy = policy.NvWritten(true);
        await Is(policy, hash, "tpm2_policynvwritten", "s");

        Policy[] branches = [policy, Policy.Empty.AuthValue()];
        Write("first", branches[0].Digest(hash));
        Write("second", branches[1].Digest(hash));
        await Is(Policy.Empty.Or(branches), hash, "tpm2_policyor", "-l", $"{name}:first,second");
    }

    [Fact]
    public async Task Passwords_keys_parents_and_indices_too()
    {
        const TpmAlgorithm Hash = TpmAlgorithm.Sha256;
        var parent = Templates.StorageRootKeyEcc.Name;
        var moved = Templates.SigningKeyEccP256.Name;
        Write("parent", parent.Bytes.Span);
        Write("moved", moved.Bytes.Span);
        await Alone(Policy.Empty.Password(), "tpm2_policypassword");
        await Alone(
            Policy.Empty.DuplicationSelect(parent, moved), "tpm2_policyduplicationselect", "-N", "parent", "-n", "moved", "--include-object");
        await Alone(Policy.Empty.DuplicationSelect(parent), "tpm2_policyduplicationselect", "-N", "parent", "-n", "moved");

        Write("approved", Policy.Empty.AuthValue().Digest(Hash));
        Write("reference", "reference"u8);
        await Alone(
            Policy.Empty.Authorize(parent, "reference"u8.ToArray()), "tpm2_policyauthorize", "-i", "approved", "-q", "reference", "-n", "parent");

        await ToolAsync("tpm2_nvdefine", Index, "-C", "o", "-s", "8", "-a", "ownerread|ownerwrite|no_da|nt=counter");
        await ToolAsync("tpm2_nvincrement", Index, "-C", "o");
        var (index, value) = Use(tpm =>
        {
            var area = tpm.Execute(new NvReadPublic(new(0x01800001)));
            return (area.Name, tpm.Execute(new NvRead(s_owner, area.Object, 8, 0)));
        });
        Write("value", value);
        await Alone(
            Policy.Empty.Nv(index, new NvComparison(TpmComparison.UnsignedLessOrEqual, value)),
            "tpm2_policynv", "-C", "o", "-i", "value", Index, "ule");
    }

    [Fact]
    public async Task Signatures_too()
    {
        using var key = RSA.Create(2048);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        Write("pem", Encoding.ASCII.GetBytes(pem));
        Write("reference", "reference"u8);
        Write("signature", key.SignData(
            SignedPolicy.ToBeSigned([], [], "reference"u8), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var loaded = PublicKeyFormats.FromPem(pem, Templates.AttestationKeyRsa2048 with
        {
            Attributes = ObjectAttributes.Sign | ObjectAttributes.UserWithAuth,
        });
        Write("public", loaded.ToSizedBytes());
        await ToolAsync("tpm2_loadexternal", "-C", "n", "-u", "public", "-c", "context");
        await Alone(
            Policy.Empty.Signed(loaded.Name, "reference"u8.ToArray()),
            "tpm2_policysigned", "-g", "sha256", "-f", "rsassa", "-s", "signature", "-c", "context", "-q", "reference");
    }

    // The trial session of the tools is a new one, and so is the policy.
    private async Task Alone(Policy policy, string tool, params string[] arguments)
    {
        await ToolAsync("tpm2_startauthsession", "-S", "session", "-g", "sha256");
        await Is(policy, TpmAlgorithm.Sha256, tool, arguments);
        await ToolAsync("tpm2_flushcontext", "session");
    }

    private async Task Is(Policy policy, TpmAlgorithm hash, string tool, params string[] arguments)
    {
        await ToolAsync(tool, ["-S", "session", "-L", "digest", .. arguments]);
        Assert.Equal(Read("digest"), policy.Digest(hash));
    }
}
