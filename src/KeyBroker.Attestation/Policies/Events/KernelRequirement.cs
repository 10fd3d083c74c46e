using KeyBroker.Attestation.EventLogs.Facts;

namespace KeyBroker.Attestation.Policies.Events;

/// <summary>
/// Everything that was started behind the boot loaders is a listed kernel, and something was. The loaders are those the
/// policy lists, or the first image where it lists none.
/// </summary>
public sealed record KernelRequirement(AcceptedDigests AnyOf, AcceptedDigests? Loaders) : EventRequirement("kernel")
{
    private const int Pcr = 4;

    public override Shortfall? Check(BootFacts facts)
    {
        if (facts.Images is not { IsEmpty: false } images)
        {
            return NotProven("what was started", Pcr);
        }

        var first = Loaders is null
            ? Math.Min(1, images.Length - 1)
            : images.TakeWhile(Loaders.Contains).Count();
        var kernels = images.Skip(first).ToList();
        return kernels.Count == 0
            ? new Shortfall("kernel: nothing was started but boot loaders") { Pcr = Pcr, Expected = AnyOf.Labels }
            : kernels.Find(kernel => !AnyOf.Contains(kernel)) is { } other
                ? new Shortfall("kernel: another was started") { Pcr = Pcr, Actual = other, Expected = AnyOf.Labels }
                : null;
    }
}
