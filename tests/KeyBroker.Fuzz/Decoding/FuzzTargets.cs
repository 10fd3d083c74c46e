namespace KeyBroker.Fuzz.Decoding;

/// <summary>Every decoder that meets bytes of somebody else.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
        [.. StructureTargets.All, .. ResponseTargets.All, .. KeyTargets.All, .. EvidenceTargets.All, .. BootTargets.All];

    public static FuzzTarget Find(string name) => All.First(target => target.Name == name);
}
