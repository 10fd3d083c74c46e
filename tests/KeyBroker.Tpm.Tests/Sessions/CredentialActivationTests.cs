using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Sessions;

/// <summary>A credential made in software opens in the TPM that has both keys, and only for the named one.</summary>
public class CredentialActivationTests : OnSwtpm
{
    private static readonly byte[] s_secret = "thirty-two bytes of secret bytes"u8.ToArray();

    public static TheoryData<string> EndorsementKeys =>
    [
        nameof(Templates.EndorsementKeyRsa2048), nameof(Templates.EndorsementKeyEccP256),
        nameof(Templates.HighRangeEccP256), nameof(Templates.HighRangeEccP384), nameof(Templates.HighRangeRsa2048),
    ];

    [Theory]
    [MemberData(nameof(EndorsementKeys))]
    public void A_credential_made_in_software_activates(string template)
    {
        var ek = CreateEndorsementKey(template);
        var (ak, _) = LoadAttestationKey();
        var credential = CredentialBlob.MakeCredential(ek.Public, ak.Name, s_secret);
        Assert.Equal(s_secret, Activate(ak, ek, credential));
    }

    [Theory]
    [MemberData(nameof(EndorsementKeys))]
    public void A_credential_made_in_the_tpm_activates(string template)
    {
        var ek = CreateEndorsementKey(template);
        var (ak, _) = LoadAttestationKey();
        var credential = Tpm.Execute(new MakeCredential(ek.Object, s_secret, ak.Name));
        Assert.Equal(s_secret, Activate(ak, ek, credential));
    }

    [Fact]
    public void A_credential_for_another_key_does_not_activate()
    {
        var ek = CreateEndorsementKey(nameof(Templates.EndorsementKeyEccP256));
        var (ak, _) = LoadAttestationKey();
        var credential = CredentialBlob.MakeCredential(ek.Public, ek.Object.Name, s_secret);
        var refused = Assert.Throws<TpmException>(() => Activate(ak, ek, credential));
        Assert.True(refused.Code.Is(TpmResponseCode.Integrity));
    }

    private CreatePrimaryResponse CreateEndorsementKey(string name)
    {
        var template = (TpmPublic)typeof(Templates).GetProperty(name)!.GetValue(null)!;
        return Tpm.Execute(new CreatePrimary(TpmObject.Endorsement.WithPassword(), template));
    }

    // A low-range key is used under its policy, a high-range key also with its authorization value.
    private byte[] Activate(TpmObject ak, CreatePrimaryResponse ek, CredentialBlob credential)
    {
        if (ek.Public.Attributes.HasFlag(ObjectAttributes.UserWithAuth))
        {
            return Tpm.Execute(new ActivateCredential(ak.WithPassword(), ek.Object.WithPassword(), credential));
        }

        using var session = PolicySession.StartSalted(Tpm, ek.Object, ek.Public);
        session.Secret(TpmObject.Endorsement.WithPassword());
        return Tpm.Execute(new ActivateCredential(ak.WithPassword(), ek.Object.With(session), credential));
    }
}
