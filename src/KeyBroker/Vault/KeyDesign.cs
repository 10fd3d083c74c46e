using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>A key specification with every default filled in and every combination found possible.</summary>
internal sealed record KeyDesign
{
    private KeyDesign()
    {
    }

    public required string Type { get; init; }

    public required string Protection { get; init; }

    public required Residence Residence { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    /// <exception cref="DeniedException">operation-unsupported, or request-malformed for a word of no meaning.</exception>
    public static KeyDesign Check(KeySpec spec)
    {
        RefuseUnknownWords(spec);
        Require(KeyTypes.IsSupported(spec.Type), $"type {spec.Type} is not available yet");
        var protection = spec.Protection ?? KeyTypes.DefaultProtection(spec.Type);
        Require(protection == KeyTypes.DefaultProtection(spec.Type), $"protection {protection} with type {spec.Type}");
        Require(!spec.Exportable || protection == KeyTypes.Sealed, "exportable without sealed protection");
        Require(!spec.Exportable, "exportable keys are not available yet");
        return new KeyDesign
        {
            Type = spec.Type,
            Protection = protection,
            Residence = ResidenceNames.Find(spec.Residence ?? ResidenceNames.Local)!.Value,
            Operations = CheckOperations(spec),
        };
    }

    private static void RefuseUnknownWords(KeySpec spec)
    {
        if (!KeyTypes.IsKnown(spec.Type))
        {
            throw DeniedException.Malformed("unknown key type", "type");
        }

        if (spec.Protection is not (null or KeyTypes.Tpm or KeyTypes.Sealed))
        {
            throw DeniedException.Malformed("unknown protection", "protection");
        }

        if (spec.Residence is not null && ResidenceNames.Find(spec.Residence) is null)
        {
            throw DeniedException.Malformed("unknown residence", "residence");
        }
    }

    private static IReadOnlyList<string> CheckOperations(KeySpec spec)
    {
        var possible = KeyTypes.OperationsOf(spec.Type);
        if (spec.Operations is not { } wanted)
        {
            return possible;
        }

        Require(wanted.Count > 0, "a key without operations");
        Require(wanted.Distinct(StringComparer.Ordinal).Count() == wanted.Count, "an operation named twice");
        Require(wanted.All(possible.Contains), $"type {spec.Type} offers {string.Join(", ", possible)}");
        return [.. possible.Where(wanted.Contains)];
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, $"not supported: {message}");
        }
    }
}
