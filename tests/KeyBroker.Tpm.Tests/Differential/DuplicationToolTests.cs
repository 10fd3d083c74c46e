using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Duplication;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Differential;

/// <summary>Duplicates: tpm2_import takes in ours, and we open those of tpm2_duplicate.</summary>
public sealed class DuplicationToolTests : BesideTools
{
    private const string Parent = "0x81000001";
    private static readonly InnerWrapper s_inner = new(SymmetricDefinition.Aes128Cfb, Samples.Fill(16));

    public static TheoryData<string, bool> Cases => new(
        from parent in Parents.Names from hasInner in new[] { false, true } select (parent, hasInner));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_tools_take_in_ours(string parent, bool hasInner)
    {
        var root = MakePersistent(Parents.Template(parent), Parent);
        using var source = SoftwareObjects.Make("sealed", "auth"u8.ToArray());
        var duplicate = DuplicationWrapper.Wrap(source, root.Public, hasInner ? s_inner : null);
        Write("public", source.Public.ToSizedBytes());
        WriteSized("duplicate", duplicate.Private.Span);
        WriteSized("seed", duplicate.Seed.Span);
        Write("inner", s_inner.Key.Span);

        string[] inner = hasInner ? ["-k", "inner"] : [];
        await ToolAsync("tpm2_import", ["-C", Parent, "-u", "public", "-i", "duplicate", "-s", "seed", "-r", "private", .. inner]);
        await ToolAsync("tpm2_load", "-C", Parent, "-u", "public", "-r", "private", "-c", "context");
        await ToolAsync("tpm2_unseal", "-c", "context", "-p", "auth", "-o", "secret");
        Assert.Equal("attack at dawn"u8, Read("secret"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task We_open_theirs(string parent, bool hasInner)
    {
        using var newParent = SoftwareObjects.MakeParent(Parents.Template(parent));
        _ = MakePersistent(Templates.StorageRootKeyEcc, Parent);
        Write("parent", newParent.Public.ToSizedBytes());
        Write("policy", SoftwareObjects.MayMove.Digest(TpmAlgorithm.Sha256));
        Write("secret", "attack at dawn"u8);
        Write("inner", s_inner.Key.Span);

        await ToolAsync(
            "tpm2_create", "-C", Parent, "-i", "secret", "-L", "policy", "-a", "userwithauth|noda", "-u", "public", "-r", "private");
        await ToolAsync("tpm2_load", "-C", Parent, "-u", "public", "-r", "private", "-c", "context");
        await ToolAsync("tpm2_loadexternal", "-C", "n", "-u", "parent", "-c", "parent.context");
        await ToolAsync("tpm2_startauthsession", "-S", "session", "--policy-session");
        await ToolAsync("tpm2_policycommandcode", "-S", "session", "TPM2_CC_Duplicate");
        string[] inner = hasInner ? ["-G", "aes", "-i", "inner"] : ["-G", "null"];
        await ToolAsync(
            "tpm2_duplicate",
            ["-C", "parent.context", "-c", "context", "-p", "session:session", "-r", "duplicate", "-s", "seed", .. inner]);

        var area = TpmPublic.ParseSized(Read("public"));
        var duplicate = new DuplicatedObject(ReadSized("duplicate"), ReadSized("seed"));
        using var opened = DuplicationWrapper.Unwrap(duplicate, area, newParent, hasInner ? s_inner : null);
        Assert.Equal("attack at dawn"u8, opened.Sensitive.Data);
    }
}
