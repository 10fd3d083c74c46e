using System.Collections.Immutable;
using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>
/// Everything that was started behind the boot loaders is a listed kernel, and something was. The loaders are those the
/// policy lists, or the first image where it lists none.
/// </summary>
public sealed record KernelRequirement(AcceptedDigests AnyOf, AcceptedDigests? Loaders) : EventRequirement("kernel")
{
    private const int Pcr = 4;

    public override int? Register => Pcr;

    public override IReadOnlyList<string> Expected => AnyOf.Labels;

    public override string? Observe(BootFacts facts) =>
        facts.Images is { } images ? string.Join(", ", Behind(images).Select(AnyOf.NameOf)) : null;

    public override Shortfall? Check(BootFacts facts)
    {
        if (facts.Images is not { IsEmpty: false } images)
        {
            return NotProven("what was started", Pcr);
        }

        var kernels = Behind(images).ToList();
        return kernels.Count == 0
            ? new Shortfall("kernel: nothing was started but boot loaders") { Pcr = Pcr, Expected = AnyOf.Labels }
            : kernels.Find(kernel => !AnyOf.Contains(kernel)) is { } other
                ? new Shortfall("kernel: another was started") { Pcr = Pcr, Actual = other, Expected = AnyOf.Labels }
                : null;
    }

    private IEnumerable<string> Behind(ImmutableArray<string> images) => images.Skip(Loaders is null
        ? Math.Min(1, images.Length - 1)
        : images.TakeWhile(Loaders.Contains).Count());
}
