using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies;

/// <summary>Finds the baselines that a state matches in one look-up per set of registers, however many there are.</summary>
internal sealed class BaselineIndex
{
    private readonly ImmutableArray<BaselineShape> _shapes;

    public BaselineIndex(IEnumerable<Baseline> baselines) => _shapes =
    [
        .. baselines
            .GroupBy(BaselineShape.KeyOf, StringComparer.Ordinal)
            .Select(group => new BaselineShape([.. group])),
    ];

    /// <summary>The baselines whose every register has its value in this state, by name, valid now or not.</summary>
    public ImmutableArray<Baseline> Match(MeasuredState state) =>
    [
        .. _shapes
            .SelectMany(shape => shape.Match(state))
            .OrderBy(baseline => baseline.Name, StringComparer.Ordinal),
    ];
}
