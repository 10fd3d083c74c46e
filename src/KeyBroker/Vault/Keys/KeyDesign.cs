using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>A key specification with every default filled in and every combination found possible.</summary>
internal sealed record KeyDesign
{
    private KeyDesign()
    {
    }

    public required KeyType Type { get; init; }

    public required string Protection { get; init; }

    public required Residence Residence { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    /// <exception cref="DeniedException">operation-unsupported, or request-malformed for a word of no meaning.</exception>
    public static KeyDesign Check(KeySpec spec)
    {
        var type = KeyTypes.Find(spec.Type) ?? throw DeniedException.Malformed("unknown key type", "type");
        RefuseUnknownWords(spec);
        var protection = spec.Protection ?? type.DefaultProtection;
        Require(protection == KeyTypes.Sealed || type.MayLiveInTpm, $"protection {protection} with type {spec.Type}");
        Require(!spec.Exportable || protection == KeyTypes.Sealed, "exportable without sealed protection");
        return new KeyDesign
        {
            Type = type,
            Protection = protection,
            Residence = ResidenceNames.Find(spec.Residence ?? ResidenceNames.Local)!.Value,
            Operations = CheckOperations(type, spec.Operations),
        };
    }

    private static void RefuseUnknownWords(KeySpec spec)
    {
        if (spec.Protection is not (null or KeyTypes.Tpm or KeyTypes.Sealed))
        {
            throw DeniedException.Malformed("unknown protection", "protection");
        }

        if (spec.Residence is not null && ResidenceNames.Find(spec.Residence) is null)
        {
            throw DeniedException.Malformed("unknown residence", "residence");
        }
    }

    /// <summary>Signing and decrypting with one key is how signatures get forged and plaintexts get out.</summary>
    private static IReadOnlyList<string> CheckOperations(KeyType type, IReadOnlyList<string>? wanted)
    {
        if (wanted is null)
        {
            return type.DefaultOperations;
        }

        Require(wanted.Count > 0, "a key without operations");
        Require(wanted.Distinct(StringComparer.Ordinal).Count() == wanted.Count, "an operation named twice");
        var use = type.Uses.FirstOrDefault(possible => wanted.All(possible.Contains));
        Require(use is not null, $"one key of type {type.Name} offers {string.Join(", or ", type.Uses.Select(Words))}");
        return [.. use!.Where(wanted.Contains)];
    }

    private static string Words(IReadOnlyList<string> operations) => string.Join(" ", operations);

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, $"not supported: {message}");
        }
    }
}
