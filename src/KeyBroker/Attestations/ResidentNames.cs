using System.Text.Json.Nodes;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestations;

/// <summary>The keys that a machine's TPM holds, by member and name, as they are kept and shown.</summary>
internal static class ResidentNames
{
    private const string Enc = "enc";
    private const string Cnf = "cnf";

    /// <summary>Null where there is none.</summary>
    public static string? ToJson(ResidentKeys keys) => keys.IsEmpty ? null : ToObject(keys).ToJsonString();

    public static JsonObject ToObject(ResidentKeys keys)
    {
        var names = new JsonObject();
        foreach (var (member, name) in new[] { (Cnf, keys.Cnf), (Enc, keys.Enc) })
        {
            if (name is { } known)
            {
                names[member] = known.ToString();
            }
        }

        return names;
    }

    public static ResidentKeys FromJson(string? json)
    {
        if (json is null)
        {
            return ResidentKeys.None;
        }

        var names = JsonNode.Parse(json)!.AsObject();
        return new ResidentKeys(Name(names[Enc]), Name(names[Cnf]));
    }

    private static TpmName? Name(JsonNode? hex) =>
        hex is null ? null : new TpmName(Convert.FromHexString(hex.GetValue<string>()));
}
