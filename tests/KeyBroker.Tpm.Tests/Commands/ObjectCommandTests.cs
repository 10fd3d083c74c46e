using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

public class ObjectCommandTests : OnSwtpm
{
    [Fact]
    public void Returns_as_many_random_bytes_as_asked() =>
        Assert.Equal(32, Tpm.Execute(new GetRandom(32)).Length);

    [Fact]
    public void Makes_the_same_primary_twice()
    {
        var first = CreateStorageRoot();
        Flush(first.Object);
        Assert.Equal(first.Object.Name, CreateStorageRoot().Object.Name);
    }

    [Fact]
    public void Signs_what_the_public_key_verifies()
    {
        var (key, made) = LoadAttestationKey(ObjectAttributes.Restricted);
        var signature = Tpm.Execute(new Sign(key.WithPassword(), SHA256.HashData("message"u8)));
        using var verifier = made.Public.ToKey();
        Assert.True(signature.VerifyData(verifier, "message"u8));
    }

    [Fact]
    public void A_restricted_key_signs_only_what_the_tpm_hashed()
    {
        var (key, made) = LoadAttestationKey();
        var digest = SHA256.HashData("message"u8);
        var refused = Assert.Throws<TpmException>(() => Tpm.Execute(new Sign(key.WithPassword(), digest)));
        Assert.True(refused.Code.Is(TpmResponseCode.Ticket));

        var hashed = Tpm.Execute(new Hash("message"u8.ToArray(), TpmAlgorithm.Sha256, TpmHandle.Owner));
        Assert.Equal(digest, hashed.Digest);
        var signature = Tpm.Execute(new Sign(key.WithPassword(), digest, validation: hashed.Ticket));
        using var verifier = made.Public.ToKey();
        Assert.True(signature.VerifyData(verifier, "message"u8));
    }

    [Fact]
    public void Quotes_what_was_extended()
    {
        Tpm.Execute(PcrExtend.Of(7, TpmAlgorithm.Sha256, SHA256.HashData("event"u8)));
        var selection = PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7);
        var values = Tpm.Execute(new PcrRead([selection])).Values;
        var (key, made) = LoadAttestationKey();

        var quote = Tpm.Execute(new Quote(key.WithPassword(), "nonce"u8.ToArray(), [selection]));

        using var verifier = made.Public.ToKey();
        Assert.True(quote.Signature.VerifyData(verifier, quote.Attest));
        var attest = Attest.Parse(quote.Attest);
        Assert.Equal("nonce"u8, attest.ExtraData.Span);
        Assert.Equal(SHA256.HashData([.. values[0], .. values[1]]), attest.Quote!.PcrDigest.ToArray());
        Assert.Equal(SHA256.HashData([.. new byte[32], .. SHA256.HashData("event"u8)]), values[1]);
    }

    [Fact]
    public void Certifies_objects_their_creation_and_the_time()
    {
        var (key, made) = LoadAttestationKey();
        using var verifier = made.Public.ToKey();
        var auth = key.WithPassword();
        AttestedResponse[] statements =
        [
            Tpm.Execute(new Certify(auth, auth, "nonce"u8.ToArray())),
            Tpm.Execute(new CertifyCreation(
                auth, key, "nonce"u8.ToArray(), made.Creation.Hash, TpmTicket.Parse(made.Creation.Ticket.ToBytes()))),
            Tpm.Execute(new GetTime(TpmObject.Endorsement.WithPassword(), auth, "nonce"u8.ToArray())),
        ];
        Assert.All(statements, statement => Assert.True(statement.Signature.VerifyData(verifier, statement.Attest)));
        Assert.All(statements, statement =>
            Assert.Equal("nonce"u8, Attest.Parse(statement.Attest).ExtraData.Span));
    }

    [Fact]
    public void Finds_an_object_again_once_it_is_persistent()
    {
        var root = CreateStorageRoot();
        var persistent = new TpmHandle(0x81000001);
        Tpm.Execute(new EvictControl(TpmObject.Owner.WithPassword(), root.Object, persistent));
        Assert.Equal(root.Object.Name, Tpm.Execute(new ReadPublic(persistent)).Object.Name);

        var handles = Tpm.Execute(new GetCapability(TpmCapability.Handles, 0x81000000, 16));
        Assert.Equal([persistent.Value], handles.ToNumbers());
    }

    [Fact]
    public void A_saved_object_comes_back()
    {
        var (key, _) = LoadAttestationKey();
        var saved = Tpm.Execute(new ContextSave(key.Handle));
        Flush(key);
        var loaded = Tpm.Execute(new ContextLoad(saved));
        Assert.Equal(key.Name, Tpm.Execute(new ReadPublic(loaded)).Object.Name);
    }

    [Fact]
    public void Makes_and_loads_at_once()
    {
        var root = CreateStorageRoot().Object;
        var template = Templates.AttestationKeyEccP256;
        var made = Tpm.Execute(new CreateLoaded(root.WithPassword(), template));
        Tpm.Execute(new Quote(made.Object.WithPassword(), default, [Pcr16]));
        Flush(made.Object);
        Assert.Equal(made.Object.Name, Tpm.Execute(new Load(root.WithPassword(), made.Private, made.Public)).Name);

        var primary = Tpm.Execute(new CreateLoaded(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));
        Assert.Equal(root.Name, primary.Object.Name);
        Assert.Empty(primary.Private);
    }

    [Fact]
    public void An_object_gets_a_new_authorization_value()
    {
        var (blob, made) = LoadSealed("secret"u8.ToArray(), "old"u8.ToArray());
        var root = CreateStorageRoot().Object;
        var wrapped = Tpm.Execute(new ObjectChangeAuth(blob.WithPassword("old"u8.ToArray()), root, "new"u8.ToArray()));
        Flush(blob);

        var again = Tpm.Execute(new Load(root.WithPassword(), wrapped, made.Public));
        Assert.Equal("secret"u8, Tpm.Execute(new Unseal(again.WithPassword("new"u8.ToArray()))));
        Assert.Throws<TpmException>(() => Tpm.Execute(new Unseal(again.WithPassword("old"u8.ToArray()))));
    }

    [Fact]
    public void An_event_extends_every_bank()
    {
        var digests = Tpm.Execute(new PcrEvent(TpmObject.Pcr(16).WithPassword(), "event"u8.ToArray()));
        Assert.Equal(SHA256.HashData("event"u8), digests[TpmAlgorithm.Sha256]);
        Assert.Equal(SHA384.HashData("event"u8), digests[TpmAlgorithm.Sha384]);
        Assert.Equal(
            SHA256.HashData([.. new byte[32], .. SHA256.HashData("event"u8)]), Tpm.Execute(new PcrRead([Pcr16])).Values[0]);
    }

    [Fact]
    public void Resets_a_resettable_register()
    {
        Tpm.Execute(PcrExtend.Of(16, TpmAlgorithm.Sha256, new byte[32]));
        Tpm.Execute(new PcrReset(TpmObject.Pcr(16).WithPassword()));
        Assert.Equal(new byte[32], Tpm.Execute(new PcrRead([Pcr16])).Values[0]);
    }

    [Fact]
    public void Tests_itself_and_shuts_down()
    {
        Tpm.Execute(new SelfTest(full: true));
        Tpm.Execute(new Clear(TpmObject.Lockout.WithPassword()));
        Tpm.Execute(new DictionaryAttackLockReset(TpmObject.Lockout.WithPassword()));
        Tpm.Execute(new Shutdown());
        Assert.Throws<TpmException>(() => Tpm.Execute(new Startup(keepState: true)));
    }
}
