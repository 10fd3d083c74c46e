using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Duplication;
using Xunit;

namespace KeyBroker.Tpm.Tests.Differential;

/// <summary>Credentials: tpm2_activatecredential opens ours, and we open those of tpm2_makecredential.</summary>
public sealed class CredentialToolTests : BesideTools
{
    private const string Ek = "0x81000001";
    private const string Ak = "0x81000002";

    // How tpm2-tools begins a credential in a file: a magic number, and the version of the format.
    private static readonly byte[] s_header = [0xBA, 0xDC, 0xC0, 0xDE, 0, 0, 0, 1];
    private static readonly byte[] s_secret = "twenty bytes of text"u8.ToArray();

    public static TheoryData<string> Keys => [.. Parents.Names];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task The_tools_open_ours(string kind)
    {
        var (ek, ak) = (MakePersistent(Parents.Template(kind), Ek), MakePersistent(Templates.AttestationKeyEccP256, Ak));
        var credential = CredentialBlob.MakeCredential(ek.Public, ak.Public.Name, s_secret);
        Write("credential", [.. s_header, .. credential.Blob, .. credential.Secret]);
        await ToolAsync("tpm2_activatecredential", "-c", Ak, "-C", Ek, "-i", "credential", "-o", "secret");
        Assert.Equal(s_secret, Read("secret"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task We_open_theirs(string kind)
    {
        var (ek, ak) = (MakePersistent(Parents.Template(kind), Ek), MakePersistent(Templates.AttestationKeyEccP256, Ak));
        Write("public", ek.Public.ToSizedBytes());
        Write("secret", s_secret);
        await ToolAsync(
            "tpm2_makecredential", "-T", "none", "-e", "public", "-s", "secret", "-n", ak.Public.Name.ToString(), "-o", "credential");
        Assert.Equal(s_secret, Use(tpm => tpm.Execute(
            new ActivateCredential(ak.Object.WithPassword(), ek.Object.WithPassword(), Parse(Read("credential"))))));
    }

    private static CredentialBlob Parse(byte[] file)
    {
        Assert.Equal(s_header, file[..8]);
        var blob = 2 + ((file[8] << 8) | file[9]);
        return new CredentialBlob(file[8..(8 + blob)], file[(8 + blob)..]);
    }
}
