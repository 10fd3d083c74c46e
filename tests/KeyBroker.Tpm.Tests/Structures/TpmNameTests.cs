using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

public sealed class TpmNameTests
{
    [Fact]
    public void Of_a_handle_is_the_handle() =>
        Assert.Equal("4000000b", TpmName.OfHandle(TpmHandle.Endorsement).ToString());

    [Fact]
    public void Of_a_public_area_is_its_hash()
    {
        var area = Templates.HighRangeEccP384;
        var name = area.Name.Bytes.ToArray();

        Assert.Equal([0x00, 0x0C], name[..2]);
        Assert.Equal(HashAlgorithms.Hash(TpmAlgorithm.Sha384, area.ToBytes()), name[2..]);
    }

    [Fact]
    public void Compares_bytes()
    {
        var name = Templates.StorageRootKeyEcc.Name;
        var same = new TpmName(name.Bytes.ToArray());
        var other = name.Bytes.ToArray();
        other[^1] ^= 1;

        Assert.Equal(name, same);
        Assert.Equal(name.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(name, new TpmName(other));
    }

    [Fact]
    public void Is_empty_without_a_name_algorithm() =>
        Assert.True((Templates.StorageRootKeyEcc with { NameAlgorithm = TpmAlgorithm.Null }).Name.Bytes.IsEmpty);
}
