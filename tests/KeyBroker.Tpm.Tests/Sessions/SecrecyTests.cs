using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Duplication;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Sessions;

/// <summary>Whatever is secret in a TPM's commands goes through a salted session, and none of it is on the wire.</summary>
public sealed class SecrecyTests : OnSwtpm
{
    private readonly List<RecordedExchange> _wire = [];
    private readonly Dictionary<string, byte[]> _secrets = [];

    [Fact]
    public void Authorizations_and_data_of_objects()
    {
        var root = CreateStorageRoot();
        using var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        var made = Tpm.Execute(new Create(
            root.Object.With(session), SealedTemplate(null), new Sensitive(Secret("auth"), Secret("data"))));
        var blob = Tpm.Execute(new Load(root.Object.With(session), made.Private, made.Public));
        Assert.Equal(Secret("data"), Tpm.Execute(new Unseal(blob.With(session, Secret("auth")))));
        Tpm.Execute(new ObjectChangeAuth(blob.With(session, Secret("auth")), root.Object, Secret("new")));
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Owner.With(session), Secret("owner")));
        Secret("random", Tpm.Execute(new GetRandom(16), session));
        IsSecret();
    }

    [Fact]
    public void Indices()
    {
        const NvAttributes AuthMay = NvAttributes.AuthRead | NvAttributes.AuthWrite | NvAttributes.NoDa;
        var root = CreateStorageRoot();
        using var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        var index = new NvPublic(new(0x01800001), TpmAlgorithm.Sha256, AuthMay, default, 16);
        Tpm.Execute(new NvDefineSpace(TpmObject.Owner.With(session), Secret("auth"), index));
        Tpm.Execute(new NvWrite(index.Object.With(session, Secret("auth")), index.Object, Secret("data")));
        var written = index.Written.Object;
        Assert.Equal(Secret("data"), Tpm.Execute(new NvRead(written.With(session, Secret("auth")), written, 16, 0)));
        IsSecret();
    }

    [Fact]
    public void What_keys_open()
    {
        var root = CreateStorageRoot();
        using var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        using var key = SoftwareObject.OfKey(RSA.Create(2048), Parents.Template("rsa-2048") with
        {
            Attributes = ObjectAttributes.Decrypt | ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa,
            Parameters = new RsaPublicParameters(SymmetricDefinition.Null, SignatureScheme.Null, 2048, 0),
        });
        Secret("prime", key.Sensitive.Data.ToArray());
        var loaded = Tpm.Execute(new LoadExternal(key.Public, TpmHandle.Null, key.Sensitive), session);
        var oaep = new SignatureScheme(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256);
        var ciphertext = Tpm.Execute(new RsaEncrypt(loaded, Secret("data"), oaep), session);
        Assert.Equal(Secret("data"), Tpm.Execute(new RsaDecrypt(loaded.With(session), ciphertext, oaep)));
        IsSecret();
    }

    [Fact]
    public void Inner_keys_of_duplicates()
    {
        var root = CreateStorageRoot();
        using var session = HmacSession.StartSalted(Tpm, root.Object, root.Public);
        using var source = SoftwareObjects.Make("sealed", Secret("auth"));
        var inner = new InnerWrapper(SymmetricDefinition.Aes128Cfb, Secret("inner"));
        var duplicate = DuplicationWrapper.Wrap(source, root.Public, inner);
        var wrapped = Tpm.Execute(new Import(root.Object.With(session), source.Public, duplicate, inner));
        var loaded = Tpm.Execute(new Load(root.Object.With(session), wrapped, source.Public));

        using var policy = PolicySession.StartSalted(Tpm, root.Object, root.Public);
        SoftwareObjects.MayMove.Satisfy(policy, new PolicyMeans { Command = TpmCommandCode.Duplicate });
        var chosen = new InnerWrapper(SymmetricDefinition.Aes128Cfb);
        var moved = Tpm.Execute(new Duplicate(loaded.With(policy, Secret("auth")), TpmObject.Null, chosen));
        Secret("chosen", moved.Inner.Key.ToArray());
        using var opened = DuplicationWrapper.Unwrap(moved.Duplicate, source.Public, moved.Inner);
        IsSecret();
    }

    private protected override ITpmTransport Wrap(ITpmTransport transport) => new RecordingTransport(transport, _wire.Add);

    private byte[] Secret(string name, byte[]? known = null)
    {
        _secrets.TryAdd(name, known ?? RandomNumberGenerator.GetBytes(16));
        return _secrets[name];
    }

    private void IsSecret()
    {
        Assert.NotEmpty(_secrets);
        Assert.All(_secrets, secret => Assert.DoesNotContain(_wire, exchange => Shows(exchange, secret.Value)));
        Assert.Contains(_wire, exchange => Shows(exchange, [0x80, 0x02]));
    }

    // Eight bytes in a row are enough to give a secret away, and too many to be there by chance.
    private static bool Shows(RecordedExchange exchange, byte[] secret)
    {
        var part = secret.AsSpan(0, Math.Min(secret.Length, 8));
        return exchange.Command.Span.IndexOf(part) >= 0 || exchange.Response.Span.IndexOf(part) >= 0;
    }
}
