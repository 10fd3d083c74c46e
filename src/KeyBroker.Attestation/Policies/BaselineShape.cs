using System.Collections.Immutable;
using System.Text;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies;

/// <summary>The baselines over one bank and one set of registers, found by the values of all of them together.</summary>
internal sealed class BaselineShape
{
    private readonly TpmAlgorithm _bank;
    private readonly ImmutableArray<int> _pcrs;
    private readonly ILookup<string, Baseline> _byValues;

    public BaselineShape(ImmutableArray<Baseline> baselines)
    {
        _bank = baselines[0].Bank;
        _pcrs = [.. baselines[0].Pcrs.Keys];
        _byValues = baselines.ToLookup(
            baseline => string.Concat(baseline.Pcrs.Values.Select(value => Convert.ToHexStringLower(value.Span))),
            StringComparer.Ordinal);
    }

    public static string KeyOf(Baseline baseline) => $"{baseline.Bank}:{string.Join(',', baseline.Pcrs.Keys)}";

    public IEnumerable<Baseline> Match(MeasuredState state)
    {
        var values = new StringBuilder();
        foreach (var pcr in _pcrs)
        {
            // A register that was not quoted matches no baseline that names it.
            if (state.Find(_bank, pcr) is not { } value)
            {
                return [];
            }

            values.Append(Convert.ToHexStringLower(value));
        }

        return _byValues[values.ToString()];
    }
}
