namespace KeyBroker.Attestation.Policies;

/// <summary>The untrusted bytes of one policy file, and the name errors call it by.</summary>
public sealed record PolicyFile(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>True for what a set is made of: YAML, but no <c>*.test.yaml</c>, which has cases that try it.</summary>
    public static bool IsOne(string name) => Path.GetExtension(name) is ".yaml" or ".yml" && !IsTest(name);

    /// <summary>True for a file of test cases.</summary>
    public static bool IsTest(string name) =>
        name.EndsWith(".test.yaml", StringComparison.Ordinal) || name.EndsWith(".test.yml", StringComparison.Ordinal);
}
