using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Duplication;

/// <summary>What is wrapped in software a TPM takes in, and what a TPM wraps is opened in software.</summary>
public sealed class DuplicationWrapperTests : OnSwtpm
{
    private static readonly byte[] s_authValue = "open sesame"u8.ToArray();

    public static TheoryData<string, string, bool> Cases => new(
        from parent in Parents.Names
        from content in SoftwareObjects.Names
        from hasInner in new[] { false, true }
        select (parent, content, hasInner));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_tpm_takes_in_what_was_wrapped_in_software(string parent, string content, bool hasInner)
    {
        using var source = SoftwareObjects.Make(content, s_authValue);
        var root = CreatePrimary(Parents.Template(parent));
        var inner = Inner(hasInner);
        var duplicate = DuplicationWrapper.Wrap(source, root.Public, inner);

        var wrapped = Tpm.Execute(new Import(root.Object.WithPassword(), source.Public, duplicate, inner));
        var loaded = Tpm.Execute(new Load(root.Object.WithPassword(), wrapped, source.Public));
        SoftwareObjects.Use(Tpm, loaded, source, s_authValue);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_a_tpm_wrapped_opens_in_software(string parent, string content, bool hasInner)
    {
        using var source = SoftwareObjects.Make(content, s_authValue);
        using var newParent = SoftwareObjects.MakeParent(Parents.Template(parent));
        var loaded = TakeIn(source);
        var parentObject = Tpm.Execute(new LoadExternal(newParent.Public, TpmHandle.Null));

        var moved = Duplicate(loaded, parentObject, Inner(hasInner));
        using var opened = DuplicationWrapper.Unwrap(moved.Duplicate, source.Public, newParent, moved.Inner);
        IsSame(source, opened);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_tpm_duplicated_to_nobody_opens_in_software(bool hasInner)
    {
        using var source = SoftwareObjects.Make("sealed", s_authValue);
        var moved = Duplicate(TakeIn(source), TpmObject.Null, Inner(hasInner));
        using var opened = DuplicationWrapper.Unwrap(moved.Duplicate, source.Public, moved.Inner);
        IsSame(source, opened);
    }

    [Theory]
    [InlineData("ecc-p256", 1)]
    [InlineData("rsa-2048", 61)]
    public void Refuses_flipped_bits(string parent, int step)
    {
        using var source = SoftwareObjects.Make("sealed", s_authValue);
        using var newParent = SoftwareObjects.MakeParent(Parents.Template(parent));
        var inner = Inner(true);
        var good = DuplicationWrapper.Wrap(source, newParent.Public, inner);
        using var opened = DuplicationWrapper.Unwrap(good, source.Public, newParent, inner);
        IsSame(source, opened);
        for (var bit = 0; bit < good.Private.Length * 8; bit += step)
        {
            RefusesToOpen(good with { Private = Flip(good.Private, bit) }, source.Public, newParent, inner);
        }

        for (var bit = 0; bit < good.Seed.Length * 8; bit += step)
        {
            RefusesToOpen(good with { Seed = Flip(good.Seed, bit) }, source.Public, newParent, inner);
        }
    }

    [Fact]
    public void Refuses_what_is_for_another_or_about_another()
    {
        using var source = SoftwareObjects.Make("sealed", s_authValue);
        using var other = SoftwareObjects.Make("sealed", s_authValue);
        using var newParent = SoftwareObjects.MakeParent(Parents.Template("ecc-p256"));
        using var elsewhere = SoftwareObjects.MakeParent(Parents.Template("ecc-p256"));
        var good = DuplicationWrapper.Wrap(source, newParent.Public);
        RefusesToOpen(good, source.Public, elsewhere, InnerWrapper.None);
        RefusesToOpen(good, other.Public, newParent, InnerWrapper.None);
        RefusesToOpen(good, source.Public, newParent, Inner(true)!);
        Assert.Throws<TpmFormatException>(() => DuplicationWrapper.Unwrap(good, source.Public));
        Assert.Throws<TpmFormatException>(() => SoftwareObject.Join(other.Public, source.Sensitive));
    }

    [Fact]
    public void Both_halves_load_for_a_while_without_any_parent()
    {
        foreach (var kind in SoftwareObjects.Names)
        {
            using var source = SoftwareObjects.Make(kind, s_authValue);
            var loaded = Tpm.Execute(new LoadExternal(source.Public, TpmHandle.Null, source.Sensitive));
            SoftwareObjects.Use(Tpm, loaded, source, s_authValue);
            Flush(loaded);
        }
    }

    [Fact]
    public void Refuses_a_parent_that_cannot_protect()
    {
        using var source = SoftwareObjects.Make("sealed", s_authValue);
        Assert.Throws<TpmFormatException>(
            () => DuplicationWrapper.Wrap(source, CreatePrimary(Templates.AttestationKeyEccP256).Public));
    }

    private static InnerWrapper? Inner(bool isThere) =>
        isThere ? new InnerWrapper(SymmetricDefinition.Aes128Cfb, Samples.Fill(16)) : null;

    private static void RefusesToOpen(
        DuplicatedObject duplicate, TpmPublic area, SoftwareObject parent, InnerWrapper? inner) =>
        Assert.Throws<TpmFormatException>(() => DuplicationWrapper.Unwrap(duplicate, area, parent, inner));

    private static byte[] Flip(ReadOnlyMemory<byte> bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static void IsSame(SoftwareObject source, SoftwareObject opened)
    {
        Assert.Equal(source.Public.Name, opened.Public.Name);
        Assert.Equal(source.Sensitive.Seed, opened.Sensitive.Seed);
        Assert.Equal(source.Sensitive.Data, opened.Sensitive.Data);

        // A TPM pads the authorization value to the width of a digest.
        Assert.Equal(source.Sensitive.AuthValue, opened.Sensitive.AuthValue.TrimEnd((byte)0));
    }

    private TpmObject TakeIn(SoftwareObject source)
    {
        var root = CreateStorageRoot();
        var duplicate = DuplicationWrapper.Wrap(source, root.Public);
        var wrapped = Tpm.Execute(new Import(root.Object.WithPassword(), source.Public, duplicate));
        var loaded = Tpm.Execute(new Load(root.Object.WithPassword(), wrapped, source.Public));
        Flush(root.Object);
        return loaded;
    }

    private DuplicateResponse Duplicate(TpmObject target, TpmObject newParent, InnerWrapper? inner)
    {
        using var session = PolicySession.Start(Tpm);
        SoftwareObjects.MayMove.Satisfy(session, new PolicyMeans { Command = TpmCommandCode.Duplicate });
        return Tpm.Execute(new Duplicate(target.With(session), newParent, inner));
    }
}
