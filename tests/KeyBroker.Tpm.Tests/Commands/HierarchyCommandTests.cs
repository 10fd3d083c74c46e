using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>Hierarchies and their authorization values, the lockout, and what a TPM says of itself.</summary>
public sealed class HierarchyCommandTests : OnSwtpm
{
    private static readonly byte[] s_old = "open sesame"u8.ToArray();
    private static readonly byte[] s_new = "open barley"u8.ToArray();

    [Fact]
    public void The_answer_to_a_changed_value_is_proven_with_the_new_one()
    {
        var root = CreateStorageRoot();
        using var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Owner.With(session), s_old));
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Owner.With(session, s_old), (byte[])[.. s_new, 0]));

        Tpm.Execute(new EvictControl(TpmObject.Owner.With(session, s_new), root.Object, new(0x81000001)));
        var refused = Assert.Throws<TpmException>(
            () => Tpm.Execute(new EvictControl(TpmObject.Owner.With(session, s_old), root.Object, new(0x81000002))));
        Assert.Equal(1, refused.Code.Session);
    }

    [Fact]
    public void A_session_bound_to_a_changed_value_is_bound_no_more()
    {
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Owner.WithPassword(), s_old));
        using var session = HmacSession.Start(Tpm, new SessionSetup { BoundTo = new(TpmObject.Owner, s_old) });
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Owner.With(session, s_old), s_new));
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Owner.With(session, s_new), s_old));
    }

    [Fact]
    public void Clearing_with_the_lockout_value_empties_it()
    {
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Lockout.WithPassword(), s_old));
        using var session = HmacSession.StartUnsalted(Tpm);
        Tpm.Execute(new Clear(TpmObject.Lockout.With(session, s_old)));
        Tpm.Execute(new DictionaryAttackLockReset(TpmObject.Lockout.With(session)));
    }

    [Fact]
    public void A_hierarchy_that_is_off_makes_nothing()
    {
        var owner = TpmObject.Owner.WithPassword();
        Tpm.Execute(new HierarchyControl(TpmObject.Platform.WithPassword(), TpmHandle.Owner, enabled: false));
        var refused = Assert.Throws<TpmException>(() => CreateStorageRoot());
        Assert.True(refused.Code.Is(TpmResponseCode.Hierarchy));
        Tpm.Execute(new HierarchyControl(TpmObject.Platform.WithPassword(), TpmHandle.Owner, enabled: true));
        Tpm.Execute(new CreatePrimary(owner, Templates.StorageRootKeyEcc));
    }

    [Fact]
    public void As_many_guesses_are_allowed_as_was_said()
    {
        const uint MaxAuthFail = 0x20F;
        Tpm.Execute(new DictionaryAttackParameters(
            TpmObject.Lockout.WithPassword(), 7, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20)));
        var properties = Tpm.Execute(new GetCapability(TpmCapability.Properties, MaxAuthFail, 3)).ToProperties();
        Assert.Equal([7u, 600u, 1200u], properties.OrderBy(one => one.Key).Select(one => one.Value));
    }

    [Fact]
    public void A_tpm_reports_its_self_test()
    {
        Tpm.Execute(new SelfTest(full: true));
        Assert.Equal(TpmResponseCode.Success, Tpm.Execute(new GetTestResult()).Code);
    }

    [Fact]
    public void A_tpm_says_beforehand_what_it_can_make()
    {
        Tpm.Execute(new TestParms(Templates.StorageRootKeyEcc.Parameters));
        Tpm.Execute(new TestParms(Templates.EndorsementKeyRsa2048.Parameters));
        var tooShort = new SymCipherParameters(new SymmetricDefinition(TpmAlgorithm.Aes, 64, TpmAlgorithm.Cfb));
        Assert.Throws<TpmException>(() => Tpm.Execute(new TestParms(tooShort)));
    }
}
