namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>Says in one line which machines a policy is about.</summary>
internal static class SelectorText
{
    public static string Of(MachineSelector machines) =>
        Who(machines) + string.Concat(new[]
        {
            Make("manufacturer", machines.Make.Manufacturer), Make("model", machines.Make.Model), Make("firmware", machines.Make.Firmware),
        });

    private static string Labelled(MachineSelector machines) =>
        string.Concat(machines.Labels.Select(label => $" with {label.Key}={label.Value}"));

    private static string Make(string what, IReadOnlyCollection<string> values) =>
        values.Count == 0 ? "" : $", {what} {string.Join(" or ", values)}";

    private static string Who(MachineSelector machines) =>
        !machines.Verifiers.IsEmpty ? $"callers that {string.Join(" or ", machines.Verifiers)} vouches for{Labelled(machines)}"
        : machines.AnyGenuineTpm ? "any machine with a genuine TPM"
        : machines.Labels.IsEmpty ? "every registered or approved machine"
        : "machines with " + string.Join(' ', machines.Labels.Select(label => $"{label.Key}={label.Value}"));
}
