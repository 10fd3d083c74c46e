using System.Collections.Immutable;
using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>Every text that can be the kernel's command line has all of these words and none of those.</summary>
public sealed record CommandLineRequirement(ImmutableArray<string> Contains, ImmutableArray<string> Forbids)
    : EventRequirement("commandLine")
{
    // The loader measures it into one register, the kernel's own stub into another.
    public override int? Register => null;

    public override IReadOnlyList<string> Expected => [.. Contains, .. Forbids.Select(word => $"no {word}")];

    public override string? Observe(BootFacts facts) => facts.CommandLines is { } lines ? string.Join(" | ", lines) : null;

    public override Shortfall? Check(BootFacts facts)
    {
        if (facts.CommandLines is not { IsEmpty: false } lines)
        {
            return new Shortfall("commandLine: what the kernel was given is not proven by the event log and the quoted registers");
        }

        return lines.Select(Check).FirstOrDefault(shortfall => shortfall is not null);
    }

    // The kernel reads bytes: what is not plain ASCII could be read in another way here than there.
    private Shortfall? Check(string line)
    {
        if (line.Any(c => c is not ((>= ' ' and <= '~') or '\t')))
        {
            return new Shortfall("commandLine: has characters that are not plain ASCII");
        }

        // The kernel takes quotes away before it looks at a word.
        var words = line.Replace("\"", "", StringComparison.Ordinal).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var seen = words.TakeWhile(word => word != "--").ToHashSet(StringComparer.Ordinal);
        return Contains.FirstOrDefault(wanted => !seen.Contains(wanted)) is { } missing
            ? new Shortfall($"commandLine: '{missing}' is missing") { Expected = [missing] }
            : Forbids.FirstOrDefault(forbidden => Array.Exists(words, word => IsForbidden(word, forbidden))) is { } found
                ? new Shortfall($"commandLine: '{found}' is forbidden") { Actual = found }
                : null;
    }

    // A name forbids its every value; - and _ are one to the kernel.
    private static bool IsForbidden(string word, string forbidden)
    {
        var (have, wanted) = (word.Replace('-', '_'), forbidden.Replace('-', '_'));
        return have == wanted
            || (wanted.EndsWith('=') && have.StartsWith(wanted, StringComparison.Ordinal))
            || (!wanted.Contains('=', StringComparison.Ordinal) && have.StartsWith(wanted + "=", StringComparison.Ordinal));
    }
}
