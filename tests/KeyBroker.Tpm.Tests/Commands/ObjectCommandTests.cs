using System.Security.Cryptography;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

public sealed class ObjectCommandTests : IAsyncLifetime
{
    private Swtpm _swtpm = null!;
    private Tpm _tpm = null!;

    public async ValueTask InitializeAsync()
    {
        _swtpm = await Swtpm.StartAsync();
        _tpm = _swtpm.Open();
    }

    public async ValueTask DisposeAsync()
    {
        _tpm.Dispose();
        await _swtpm.DisposeAsync();
    }

    [Fact]
    public void Returns_as_many_random_bytes_as_asked() =>
        Assert.Equal(32, _tpm.Execute(new GetRandom(32)).Length);

    [Fact]
    public void Makes_the_same_primary_twice()
    {
        var first = CreateStorageRoot();
        _tpm.Execute(new FlushContext(first.Object.Handle));
        Assert.Equal(first.Object.Name, CreateStorageRoot().Object.Name);
    }

    [Fact]
    public void Signs_what_the_public_key_verifies()
    {
        var ak = LoadAttestationKeyLike(ObjectAttributes.Restricted);
        var digest = SHA256.HashData("message"u8);
        var signature = _tpm.Execute(new Sign(ak.Object.WithPassword(), digest));
        using var key = ak.Public.ToKey();
        Assert.True(signature.VerifyData(key, "message"u8));
    }

    [Fact]
    public void Quotes_what_was_extended()
    {
        _tpm.Execute(PcrExtend.Of(7, TpmAlgorithm.Sha256, SHA256.HashData("event"u8)));
        var selection = PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7);
        var values = _tpm.Execute(new PcrRead([selection])).Values;
        var ak = LoadAttestationKeyLike(ObjectAttributes.None);

        var quote = _tpm.Execute(new Quote(ak.Object.WithPassword(), "nonce"u8.ToArray(), [selection]));

        using var key = ak.Public.ToKey();
        Assert.True(quote.Signature.VerifyData(key, quote.Attest));
        var attest = Attest.Parse(quote.Attest);
        Assert.Equal("nonce"u8, attest.ExtraData.Span);
        Assert.Equal(SHA256.HashData([.. values[0], .. values[1]]), attest.Quote!.PcrDigest.ToArray());
        Assert.Equal(SHA256.HashData([.. new byte[32], .. SHA256.HashData("event"u8)]), values[1]);
    }

    [Fact]
    public void Finds_an_object_again_once_it_is_persistent()
    {
        var root = CreateStorageRoot();
        var persistent = new TpmHandle(0x81000001);
        _tpm.Execute(new EvictControl(TpmObject.Owner.WithPassword(), root.Object, persistent));
        Assert.Equal(root.Object.Name, _tpm.Execute(new ReadPublic(persistent)).Object.Name);
    }

    [Fact]
    public async Task Reset_counts_and_clears_registers()
    {
        var before = _tpm.Execute(new ReadClock());
        _tpm.Execute(PcrExtend.Of(4, TpmAlgorithm.Sha256, new byte[32]));
        await _swtpm.ResetAsync();

        using var tpm = _swtpm.Open();
        Assert.Equal(before.Clock.ResetCount + 1, tpm.Execute(new ReadClock()).Clock.ResetCount);
        Assert.Equal(new byte[32], tpm.Execute(new PcrRead([PcrSelection.Of(TpmAlgorithm.Sha256, 4)])).Values[0]);
    }

    private CreatePrimaryResponse CreateStorageRoot() =>
        _tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));

    private (TpmObject Object, TpmPublic Public) LoadAttestationKeyLike(ObjectAttributes without)
    {
        var root = CreateStorageRoot().Object;
        var template = Templates.AttestationKeyEccP256;
        var made = _tpm.Execute(new Create(
            root.WithPassword(), template with { Attributes = template.Attributes & ~without }));
        return (_tpm.Execute(new Load(root.WithPassword(), made.Private, made.Public)), made.Public);
    }
}
