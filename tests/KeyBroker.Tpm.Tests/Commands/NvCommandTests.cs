using System.Buffers.Binary;
using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>NV indices: bytes, counters and digests, their locks, and what a key says of them.</summary>
public sealed class NvCommandTests : OnSwtpm
{
    private const NvAttributes OwnerMay = NvAttributes.OwnerRead | NvAttributes.OwnerWrite | NvAttributes.NoDa;
    private static readonly AuthorizedHandle s_owner = TpmObject.Owner.WithPassword();

    [Fact]
    public void Reads_what_was_written_to_an_index()
    {
        var area = Define(OwnerMay);
        Tpm.Execute(new NvWrite(s_owner, area.Object, "contents"u8.ToArray()));

        var found = Tpm.Execute(new NvReadPublic(area.Index));
        Assert.Equal(area.Written.Object, found.Object);
        Assert.Equal("tent"u8.ToArray(), Tpm.Execute(new NvRead(s_owner, found.Object, 4, 3)));
        Tpm.Execute(new NvUndefineSpace(s_owner, found.Object));
        Assert.Throws<TpmException>(() => Tpm.Execute(new NvReadPublic(area.Index)));
    }

    [Fact]
    public void A_counter_counts()
    {
        var index = Define(OwnerMay | NvAttributes.Counter);
        Tpm.Execute(new NvIncrement(s_owner, index.Object));
        var first = BinaryPrimitives.ReadUInt64BigEndian(Tpm.Execute(new NvRead(s_owner, index.Object, 8, 0)));
        Tpm.Execute(new NvIncrement(s_owner, index.Object));
        Assert.Equal(first + 1, BinaryPrimitives.ReadUInt64BigEndian(Tpm.Execute(new NvRead(s_owner, index.Object, 8, 0))));
    }

    [Fact]
    public void A_digest_extends_as_a_register_does()
    {
        var index = Define(OwnerMay | NvAttributes.Extend, 32);
        Tpm.Execute(new NvExtend(s_owner, index.Object, "event"u8.ToArray()));
        Assert.Equal(
            SHA256.HashData([.. new byte[32], .. "event"u8]), Tpm.Execute(new NvRead(s_owner, index.Object, 32, 0)));
    }

    [Fact]
    public void A_locked_index_is_neither_read_nor_written()
    {
        var index = Define(OwnerMay | NvAttributes.ReadStClear | NvAttributes.WriteStClear);
        Tpm.Execute(new NvWrite(s_owner, index.Object, new byte[8]));
        Tpm.Execute(new NvWriteLock(s_owner, index.Object));
        RefusedAsLocked(new NvWrite(s_owner, index.Object, new byte[8]));
        Tpm.Execute(new NvReadLock(s_owner, index.Object));
        RefusedAsLocked(new NvRead(s_owner, index.Object, 8, 0));
    }

    [Fact]
    public void A_key_certifies_what_an_index_holds()
    {
        var index = Define(OwnerMay).Written;
        Tpm.Execute(new NvWrite(s_owner, index.Object, "contents"u8.ToArray()));
        var (key, made) = LoadAttestationKey();

        var statement = Tpm.Execute(new NvCertify(
            key.WithPassword(), s_owner, index.Object, "nonce"u8.ToArray(), new NvRange(4, 3)));

        using var verifier = made.Public.ToKey();
        Assert.True(statement.Signature.VerifyData(verifier, statement.Attest));
        var nv = Attest.Parse(statement.Attest).Nv!;
        Assert.Equal(index.Name, nv.IndexName);
        Assert.Equal(3, nv.Offset);
        Assert.Equal("tent"u8, nv.Contents.Span);
    }

    private NvPublic Define(NvAttributes attributes, int size = 8)
    {
        var area = new NvPublic(new(0x01800001), TpmAlgorithm.Sha256, attributes, default, size);
        Tpm.Execute(new NvDefineSpace(s_owner, default, area));
        return area;
    }

    private void RefusedAsLocked<T>(TpmCommand<T> command)
    {
        var refused = Assert.Throws<TpmException>(() => Tpm.Execute(command));
        Assert.True(refused.Code.Is(TpmResponseCode.NvLocked));
    }
}
