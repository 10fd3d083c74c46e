namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>How test files spell where bytes go.</summary>
internal static class DestinationNames
{
    private static readonly string[] s_names = ["clear", "enc", "tpm"];

    public static IReadOnlyCollection<string> All => s_names;

    public static string Of(Destination to) => s_names[(int)to];

    /// <param name="name">One of <see cref="All"/>.</param>
    public static Destination Parse(string name) => (Destination)Array.IndexOf(s_names, name);
}
