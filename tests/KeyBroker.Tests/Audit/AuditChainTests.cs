using KeyBroker.Audit;
using Xunit;

namespace KeyBroker.Tests.Audit;

public sealed class AuditChainTests
{
    private const int Length = 12;

    [Fact]
    public void Accepts_an_untouched_chain() => Assert.Null(AuditChain.FirstBreak(Chain()));

    [Fact]
    public void Finds_every_edit_of_a_record()
    {
        for (var at = 0; at < Length; at++)
        {
            var chain = Chain();
            chain[at] = chain[at] with { Record = chain[at].Record.Replace("done", "none", StringComparison.Ordinal) };
            Assert.Equal(at + 1, AuditChain.FirstBreak(chain));
        }
    }

    [Fact]
    public void Finds_an_edit_whose_own_hash_was_made_to_fit()
    {
        for (var at = 0; at < Length - 1; at++)
        {
            var chain = Chain();
            var (previous, record) = (chain[at].Previous, chain[at].Record + " ");
            chain[at] = chain[at] with { Record = record, Hash = AuditChain.Hash(previous, record) };
            Assert.Equal(at + 2, AuditChain.FirstBreak(chain));
        }
    }

    [Fact]
    public void Finds_every_deletion_before_the_end()
    {
        for (var at = 0; at < Length - 1; at++)
        {
            var chain = Chain();
            chain.RemoveAt(at);
            Assert.Equal(at + 1, AuditChain.FirstBreak(chain));
        }
    }

    [Fact]
    public void Finds_every_swap_and_every_duplicate()
    {
        for (var at = 0; at < Length - 1; at++)
        {
            var swapped = Chain();
            (swapped[at], swapped[at + 1]) = (swapped[at + 1], swapped[at]);
            Assert.Equal(at + 1, AuditChain.FirstBreak(swapped));

            var doubled = Chain();
            doubled.Insert(at, doubled[at]);
            Assert.Equal(at + 2, AuditChain.FirstBreak(doubled));
        }
    }

    private static List<AuditEntry> Chain()
    {
        var (chain, previous) = (new List<AuditEntry>(), AuditChain.Origin);
        for (var number = 1; number <= Length; number++)
        {
            var record = $$"""{"op":"sign","outcome":"done","seq":{{number}}}""";
            chain.Add(new AuditEntry(number, record, previous, AuditChain.Hash(previous, record)));
            previous = chain[^1].Hash;
        }

        return chain;
    }
}
