namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>Says in one line which machines a policy is about.</summary>
internal static class SelectorText
{
    public static string Of(MachineSelector machines) =>
        machines.AnyGenuineTpm ? "any machine with a genuine TPM"
        : machines.Labels.IsEmpty ? "every registered or approved machine"
        : "machines with " + string.Join(' ', machines.Labels.Select(label => $"{label.Key}={label.Value}"));
}
