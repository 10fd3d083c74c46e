using System.Collections.Immutable;
using System.Text.Json;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Policies;

/// <summary>Computes policies in the files of the feature API of tpm2-tss, by every hash.</summary>
internal static class FeaturePolicyJudge
{
    private static readonly string[] s_hashes = ["sha1", "sha256", "sha384", "sha512"];

    public static Verdict Judge(Case one)
    {
        try
        {
            using var document = JsonDocument.Parse(LaxJson.Read(one.ReadText("policy")), LaxJson.Options);
            return Verdict.Accept("computed") with
            {
                Digest = s_hashes.ToImmutableSortedDictionary(
                    hash => hash, hash => Convert.ToHexStringLower(Compute(document.RootElement, Case.Hash(hash)).Value), StringComparer.Ordinal),
            };
        }
        catch (KeyNotFoundException)
        {
            return Verdict.Reject("a step needs something that the file does not hold");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return Verdict.Reject($"not a policy: {failure.Message}");
        }
    }

    private static PolicyDigest Compute(JsonElement policy, TpmAlgorithm hash) => policy.GetProperty("policy").EnumerateArray()
        .Aggregate(PolicyDigest.Start(hash), (digest, step) => Apply(digest, step, hash));

    private static PolicyDigest Apply(PolicyDigest digest, JsonElement step, TpmAlgorithm hash) => Type(step) switch
    {
        "ACTION" => digest,
        "AUTHVALUE" or "PASSWORD" => digest.AuthValue(),
        "LOCALITY" => digest.Locality(step.GetProperty("locality").GetByte()),
        "PHYSICALPRESENCE" => digest.PhysicalPresence(),
        "COMMANDCODE" => digest.CommandCode(step.GetProperty("code").GetUInt32()),
        "NVWRITTEN" => digest.NvWritten(FeatureObjects.Bool(step, "writtenSet")),
        "SECRET" => digest.Secret(new TpmName(Required(step, "objectName")), FeatureObjects.Reference(step)),
        "AUTHORIZENV" => digest.AuthorizeNv(FeatureObjects.Index(step.GetProperty("nvPublic")).Name),
        "NV" => digest.Nv(FeatureObjects.Index(step.GetProperty("nvPublic")).Name, FeatureObjects.Comparison(step)),
        "COUNTERTIMER" => digest.CounterTimer(FeatureObjects.Comparison(step)),
        "DUPLICATIONSELECT" => digest.DuplicationSelect(
            new TpmName(Required(step, "newParentName")),
            Case.Text(step, "objectName") is null ? null : new TpmName(Required(step, "objectName"))),
        "NAMEHASH" => digest.NameHash(Required(step, "nameHash")),
        "CPHASH" => digest.CpHash(Required(step, "cpHash")),
        "TEMPLATE" when step.TryGetProperty("templateHash", out _) => digest.Template(Required(step, "templateHash")),
        "TEMPLATE" => digest.Template(
            HashAlgorithms.Hash(hash, FeatureObjects.Template(step.GetProperty("templatePublic")).ToBytes())),
        "SIGNED" => digest.Signed(FeatureObjects.KeyName(step), FeatureObjects.Reference(step)),
        "AUTHORIZE" => digest.Authorize(FeatureObjects.KeyName(step), FeatureObjects.Reference(step)),
        "OR" => digest.Or([.. step.GetProperty("branches").EnumerateArray().Select(branch => Compute(branch, hash).Value)]),
        "PCR" => Registers(digest, step),
        var other => throw new FormatException($"the step '{other}' needs something that the file does not hold"),
    };

    private static PolicyDigest Registers(PolicyDigest digest, JsonElement step)
    {
        var registers = step.GetProperty("pcrs").EnumerateArray()
            .Select(pcr => (
                Bank: Case.Hash(Case.Text(pcr, "hashAlg")!),
                Pcr: pcr.GetProperty("pcr").GetInt32(),
                Value: FeatureObjects.Register(pcr)))
            .OrderBy(register => register.Bank)
            .ThenBy(register => register.Pcr)
            .ToList();
        return digest.Pcr(
            [.. registers.GroupBy(r => r.Bank).Select(bank => PcrSelection.Of(bank.Key, [.. bank.Select(r => r.Pcr)]))],
            registers.Select(register => register.Value));
    }

    // Policies may refer to objects by path, which only their owner's TPM can resolve.
    private static byte[] Required(JsonElement step, string member) => Case.Text(step, member) is { } hex
        ? Convert.FromHexString(hex)
        : throw new FormatException($"'{member}' is not in the file");

    private static string Type(JsonElement step)
    {
        var type = (Case.Text(step, "type") ?? "").ToUpperInvariant();
        return type.StartsWith("POLICY", StringComparison.Ordinal) ? type["POLICY".Length..] : type;
    }
}
