using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Sessions;

public class HmacSessionTests : OnSwtpm
{
    private static readonly byte[] s_secret = "attack at dawn"u8.ToArray();
    private static readonly byte[] s_authValue = "open sesame"u8.ToArray();

    public static TheoryData<bool, TpmAlgorithm> SaltKeysAndHashes => new(
        from isRsa in new[] { false, true }
        from hash in new[] { TpmAlgorithm.Sha256, TpmAlgorithm.Sha384, TpmAlgorithm.Sha512 }
        select (isRsa, hash));

    [Theory]
    [MemberData(nameof(SaltKeysAndHashes))]
    public void Unseals_encrypted_with_any_salt_key_and_hash(bool isRsa, TpmAlgorithm hash)
    {
        var (blob, _) = LoadSealed(s_secret, s_authValue);
        var salt = CreatePrimary(isRsa ? Templates.EndorsementKeyRsa2048 : Templates.StorageRootKeyEcc);
        using var session = HmacSession.StartSalted(Tpm, salt.Object, salt.Public, hash);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
        }
    }

    [Fact]
    public void An_unsalted_session_proves_the_authorization_value()
    {
        var (blob, _) = LoadSealed(s_secret, s_authValue);
        using var session = HmacSession.StartUnsalted(Tpm);
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
    }

    [Fact]
    public void A_wrong_authorization_value_is_refused_and_the_session_lives_on()
    {
        var (blob, _) = LoadSealed(s_secret, s_authValue);
        using var session = StartSalted();
        var refused = Assert.Throws<TpmException>(
            () => Tpm.Execute(new Unseal(blob.With(session, "open barley"u8.ToArray()))));
        Assert.True(refused.Code.Is(TpmResponseCode.BadAuth) || refused.Code.Is(TpmResponseCode.AuthFail));
        Assert.Equal(1, refused.Code.Session);
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
    }

    [Fact]
    public void Trailing_zeros_of_an_authorization_value_do_not_count()
    {
        var (blob, _) = LoadSealed(s_secret, [.. s_authValue, 0, 0]);
        using var session = StartSalted();
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, (byte[])[.. s_authValue, 0]))));
    }

    [Fact]
    public void Encrypts_in_both_directions_when_creating()
    {
        var root = CreateStorageRoot();
        using var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        var made = Tpm.Execute(new Create(
            root.Object.With(session), SealedTemplate(null), new Sensitive(s_authValue, s_secret)));
        var blob = Tpm.Execute(new Load(root.Object.With(session), made.Private, made.Public));
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
    }

    [Fact]
    public void A_session_may_encrypt_what_a_password_authorizes()
    {
        var (blob, _) = LoadSealed(s_secret, s_authValue);
        using var session = StartSalted();
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.WithPassword(s_authValue)), session));
        Assert.Equal(16, Tpm.Execute(new GetRandom(16), session).Length);
    }

    [Fact]
    public void One_session_may_encrypt_what_another_authorizes()
    {
        var (blob, _) = LoadSealed(s_secret, s_authValue);
        using var authorizing = HmacSession.StartUnsalted(Tpm);
        using var encrypting = StartSalted();
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(authorizing, s_authValue)), encrypting));
        var (key, _) = LoadAttestationKey();
        Tpm.Execute(new Quote(key.With(authorizing), s_secret, [Pcr16]), encrypting);
    }

    [Fact]
    public void Two_sessions_may_encrypt_one_direction_each()
    {
        var (key, _) = LoadAttestationKey();
        using var authorizing = HmacSession.StartUnsalted(Tpm);
        using var command = StartSalted();
        using var response = StartSalted();
        command.Protection = ParameterProtection.Command;
        response.Protection = ParameterProtection.Response;
        var quote = Tpm.Execute(new Quote(key.With(authorizing), s_secret, [Pcr16]), command, response);
        Assert.Equal(s_secret, Attest.Parse(quote.Attest).ExtraData.ToArray());
    }

    [Fact]
    public void Refuses_to_send_what_was_to_be_encrypted_and_cannot_be()
    {
        using var session = StartSalted();
        session.Protection = ParameterProtection.Both;
        Assert.Throws<ArgumentException>(() => Tpm.Execute(new GetRandom(16), session));
    }

    [Fact]
    public void Refuses_the_public_area_of_another_key_as_salt()
    {
        var root = CreateStorageRoot();
        Assert.Throws<ArgumentException>(
            () => HmacSession.StartSalted(Tpm, root.Object, Templates.EndorsementKeyEccP256));
    }

    [Fact]
    public void Disposing_takes_the_session_from_the_tpm()
    {
        var root = CreateStorageRoot();
        for (var i = 0; i < 5; i++)
        {
            using var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        }

        Assert.Empty(Tpm.Execute(new GetCapability(TpmCapability.Handles, 0x02000000, 8)).ToNumbers());
    }

    [Fact]
    public void A_session_that_does_not_continue_is_over()
    {
        using var session = StartSalted();
        session.Continues = false;
        Tpm.Execute(new GetRandom(16), session);
        Assert.Throws<ObjectDisposedException>(() => Tpm.Execute(new GetRandom(16), session));
    }

    private HmacSession StartSalted()
    {
        var root = CreateStorageRoot();
        var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        Flush(root.Object);
        return session;
    }
}
