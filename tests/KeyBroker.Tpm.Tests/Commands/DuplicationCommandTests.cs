using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>An object moves from parent to parent, and no TPM ever shows it.</summary>
public sealed class DuplicationCommandTests : OnSwtpm
{
    private static readonly byte[] s_secret = "attack at dawn"u8.ToArray();
    private static readonly Policy s_policy = Policy.Empty.Or(
        Policy.Empty.CommandCode(TpmCommandCode.Duplicate), Policy.Empty.CommandCode(TpmCommandCode.Unseal));

    public static TheoryData<bool, bool> Wrappers => new(
        from inner in new[] { false, true } from chosen in new[] { false, true } select (inner, chosen));

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void A_duplicate_opens_below_its_new_parent(bool hasInner, bool isKeyChosen)
    {
        var inner = !hasInner ? null
            : new InnerWrapper(SymmetricDefinition.Aes128Cfb, isKeyChosen ? default : "sixteen bytes   "u8.ToArray());
        var (target, area) = LoadMovable();
        var newParent = CreateOtherParent();
        var moved = Duplicate(target, newParent.Object, inner);
        Flush(target);

        var wrapped = Tpm.Execute(new Import(newParent.Object.WithPassword(), area, moved.Duplicate, moved.Inner));
        Unseals(newParent.Object, wrapped, area);
    }

    [Fact]
    public void A_duplicate_is_rewrapped_on_its_way()
    {
        var (target, area) = LoadMovable();
        var between = CreateOtherParent();
        var moved = Duplicate(target, between.Object);
        Flush(target);

        var root = CreateStorageRoot();
        var again = Tpm.Execute(new Rewrap(between.Object.WithPassword(), root.Object, moved.Duplicate, area.Name));
        Flush(between.Object);
        var wrapped = Tpm.Execute(new Import(root.Object.WithPassword(), area, again));
        Unseals(root.Object, wrapped, area);
    }

    [Fact]
    public void A_duplicate_for_one_parent_is_nothing_to_another()
    {
        var (target, area) = LoadMovable();
        var moved = Duplicate(target, CreateOtherParent().Object);
        Flush(target);
        var root = CreateStorageRoot().Object;
        Assert.Throws<TpmException>(() => Tpm.Execute(new Import(root.WithPassword(), area, moved.Duplicate)));
    }

    private DuplicateResponse Duplicate(TpmObject target, TpmObject newParent, InnerWrapper? inner = null)
    {
        using var session = PolicySession.Start(Tpm);
        s_policy.Satisfy(session, new PolicyMeans { Command = TpmCommandCode.Duplicate });
        return Tpm.Execute(new Duplicate(target.With(session), newParent, inner));
    }

    private void Unseals(TpmObject parent, byte[] wrapped, TpmPublic area)
    {
        var loaded = Tpm.Execute(new Load(parent.WithPassword(), wrapped, area));
        Flush(parent);
        using var session = PolicySession.Start(Tpm);
        s_policy.Satisfy(session, new PolicyMeans { Command = TpmCommandCode.Unseal });
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(loaded.With(session))));
    }

    private (TpmObject Object, TpmPublic Public) LoadMovable()
    {
        var root = CreateStorageRoot().Object;
        var template = SealedTemplate(s_policy.Digest(TpmAlgorithm.Sha256)) with { Attributes = ObjectAttributes.NoDa };
        var made = Tpm.Execute(new Create(root.WithPassword(), template, new Sensitive(default, s_secret)));
        var loaded = Tpm.Execute(new Load(root.WithPassword(), made.Private, made.Public));
        Flush(root);
        return (loaded, made.Public);
    }

    // Another unique field makes another key of the same template.
    private CreatePrimaryResponse CreateOtherParent() => CreatePrimary(
        Templates.StorageRootKeyEcc with { Unique = new EccUnique("other"u8.ToArray(), default) });
}
