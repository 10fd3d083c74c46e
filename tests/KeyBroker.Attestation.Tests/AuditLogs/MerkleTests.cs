using KeyBroker.Attestation.AuditLogs;
using Xunit;

namespace KeyBroker.Attestation.Tests.AuditLogs;

/// <summary>[AUD-7] The tree and its proofs: the leaves and roots of certificate transparency's test vectors, then every proof of every small tree.</summary>
public sealed class MerkleTests
{
    private const int Largest = 40;

    private static readonly string[] s_entries =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Roots_are_those_of_the_published_vectors(int size, string root) => Assert.Equal(
        root, Convert.ToHexStringLower(MerkleFrontier.RootOf(s_entries.Take(size).Select(entry => MerkleHash.Leaf(Convert.FromHexString(entry))))));

    [Fact]
    public void Every_leaf_of_every_tree_is_proven_and_at_no_other_place()
    {
        for (var size = 1; size <= Largest; size++)
        {
            var root = Root(0, size);
            for (var index = 0; index < size; index++)
            {
                var path = Prover.Inclusion(index, size);
                Assert.True(MerkleProof.ShowsInclusion((index, size), Leaf(index), path, root));
                Assert.False(MerkleProof.ShowsInclusion((index, size), Leaf(index + 1), path, root));
                Assert.False(MerkleProof.ShowsInclusion((index, size), Leaf(index), [.. path, Leaf(0)], root));
                Assert.All(Enumerable.Range(0, path.Count), at => Assert.False(MerkleProof.ShowsInclusion((index, size), Leaf(index), Flipped(path, at), root)));
                Assert.All(
                    Enumerable.Range(0, size).Where(other => other != index),
                    other => Assert.False(MerkleProof.ShowsInclusion((other, size), Leaf(index), path, root)));
            }
        }
    }

    [Fact]
    public void Every_tree_is_the_beginning_of_every_larger_one_and_of_no_other()
    {
        for (var to = 1; to <= Largest; to++)
        {
            for (var from = 1; from <= to; from++)
            {
                var (first, second, path) = ((from, Root(0, from)), (to, Root(0, to)), Prover.Consistency(from, to));
                Assert.True(MerkleProof.ShowsConsistency(first, second, path));
                Assert.False(MerkleProof.ShowsConsistency((from, Leaf(99)), second, path));
                Assert.False(MerkleProof.ShowsConsistency(first, (to, Leaf(99)), path));
                Assert.False(MerkleProof.ShowsConsistency(first, second, [.. path, Leaf(0)]));
                Assert.All(Enumerable.Range(0, path.Count), at => Assert.False(MerkleProof.ShowsConsistency(first, second, Flipped(path, at))));
                Assert.False(from != to && MerkleProof.ShowsConsistency(second, first, path));
            }
        }
    }

    [Fact]
    public void A_text_of_a_checkpoint_is_read_in_one_form_only()
    {
        var good = new CheckpointBody
        {
            Origin = "https://broker.example/audit/00ab",
            Size = 7,
            Root = Leaf(1),
            Chain = Leaf(2),
            Counter = 3,
            At = DateTimeOffset.UnixEpoch.AddMilliseconds(1234),
        };
        Assert.Equal(good.ToString(), CheckpointBody.Parse(good.ToString()).ToString());
        Assert.Equal("00ab", good.Log);
        foreach (var (from, to) in new[] { ("\n7\n", "\n07\n"), ("\n7\n", "\n-7\n"), ("counter 3", "counter +3"), ("chain ", "Chain "), ("Z\n", "Z"), ("Z\n", "Z\n\n"), ("time ", "time  ") })
        {
            var text = good.ToString().Replace(from, to, StringComparison.Ordinal);
            Assert.True(text != good.ToString() && Refuses(text), text);
        }
    }

    private static MerkleProver Prover { get; } = new(Root);

    private static byte[] Leaf(long index) => MerkleHash.Leaf(System.Text.Encoding.ASCII.GetBytes($"{index}"));

    private static byte[] Root(long start, long count) => MerkleFrontier.RootOf(Enumerable.Range((int)start, (int)count).Select(index => Leaf(index)));

    private static byte[][] Flipped(IReadOnlyList<byte[]> path, int at)
    {
        var changed = path.Select(hash => hash.ToArray()).ToArray();
        changed[at][at % 32] ^= 1;
        return changed;
    }

    private static bool Refuses(string text)
    {
        try
        {
            _ = CheckpointBody.Parse(text);
            return false;
        }
        catch (CheckpointException)
        {
            return true;
        }
    }
}
