using System.Text.Json;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Policies;

/// <summary>Reads the keys, indexes and templates that such policies hold.</summary>
internal static class FeatureObjects
{
    public static bool Bool(JsonElement step, string member) =>
        !step.TryGetProperty(member, out var value) || value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.GetInt32() != 0,
            _ => value.GetString() is "YES" or "yes" or "1",
        };

    /// <summary>policyRef: hexadecimal, or a list of bytes.</summary>
    public static byte[] Reference(JsonElement step) => !step.TryGetProperty("policyRef", out var reference)
        ? []
        : reference.ValueKind == JsonValueKind.Array
            ? [.. reference.EnumerateArray().Select(value => value.GetByte())]
            : Convert.FromHexString(reference.GetString()!);

    // The origin takes as many digits as the register has, and does not mind one more.
    public static byte[] Register(JsonElement pcr)
    {
        var digits = PcrDigits(Case.Hash(Case.Text(pcr, "hashAlg")!));
        var text = Case.Text(pcr, "digest") ?? throw new FormatException("a register without a value");
        return Convert.FromHexString(text.Length == digits + 1 ? text[..digits] : text);
    }

    /// <summary>What the origin makes of a key: bound to a scheme, its exponent spelt out.</summary>
    public static TpmName KeyName(JsonElement step)
    {
        if (step.TryGetProperty("keyPublic", out _) || Case.Text(step, "keyPEM") is not { } pem)
        {
            throw new FormatException("the key is not in the file");
        }

        var hash = Case.Text(step, "keyPEMhashAlg") is { } name ? Case.Hash(name) : TpmAlgorithm.Sha256;
        var any = PublicKeyFormats.FromPem(pem);
        return (any with
        {
            NameAlgorithm = hash,
            Attributes = ObjectAttributes.Sign,
            Parameters = any.Parameters is RsaPublicParameters rsa
                ? rsa with { Scheme = new(TpmAlgorithm.RsaPss, hash), Exponent = 65537 }
                : (EccPublicParameters)any.Parameters with { Scheme = new(TpmAlgorithm.EcDsa, hash) },
        }).Name;
    }

    public static NvPublic Index(JsonElement area)
    {
        var inner = area.TryGetProperty("nvPublic", out var wrapped) ? wrapped : area;
        var index = inner.GetProperty("nvIndex");
        return new NvPublic(
            new(index.ValueKind == JsonValueKind.String ? Convert.ToUInt32(index.GetString(), 16) : index.GetUInt32()),
            Case.Hash(Case.Text(inner, "nameAlg")!),
            Set(inner.GetProperty("attributes"), Attribute).Aggregate(NvAttributes.None, (all, one) => all | one),
            Case.Hex(inner, "authPolicy"),
            inner.GetProperty("dataSize").GetInt32());
    }

    /// <summary>A template of a storage key, which is what such policies demand.</summary>
    public static TpmPublic Template(JsonElement template)
    {
        var curve = Case.Text(template.GetProperty("parameters"), "curveID");
        if (Case.Text(template, "type") != "ECC" || curve != "NIST_P256")
        {
            throw new NotSupportedException("only templates of P-256 are read");
        }

        var attributes = Set(template.GetProperty("objectAttributes"), name => Enum.Parse<ObjectAttributes>(name, ignoreCase: true));
        return Templates.StorageRootKeyEcc with
        {
            Attributes = attributes.Aggregate(ObjectAttributes.None, (all, one) => all | one),
            Unique = new EccUnique(default, default),
        };
    }

    public static NvComparison Comparison(JsonElement step) => new(
        PolicyStepReader.Operation(Case.Text(step, "operation")),
        Case.Hex(step, "operandB"),
        step.TryGetProperty("offset", out var offset) ? offset.GetInt32() : 0);

    private static IEnumerable<T> Set<T>(JsonElement flags, Func<string, T> parse) => flags.EnumerateObject()
        .Where(one => one.Value.ValueKind == JsonValueKind.Number && one.Value.GetInt32() == 1)
        .Select(one => parse(one.Name));

    // PPWRITE, POLICY_DELETE: theirs begin as the specification's do, ours are words.
    private static NvAttributes Attribute(string name) => Enum.Parse<NvAttributes>(
        name.Replace("PP", "PLATFORM", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static int PcrDigits(TpmAlgorithm bank) => 2 * HashAlgorithms.Size(bank);
}
