using System.Text;
using System.Text.Json;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Keys;

/// <summary>Derives the keys of published vectors and compares them with the results beside them.</summary>
internal static class KeyDerivationJudge
{
    public static Verdict Judge(Case one)
    {
        using var document = JsonDocument.Parse(one.Bytes("vectors"));
        var vectors = document.RootElement.EnumerateArray().Select(Lower).ToList();
        foreach (var vector in vectors)
        {
            if (!Holds(vector))
            {
                return Verdict.Reject($"{Name(vector)} comes out otherwise");
            }
        }

        return Verdict.Accept($"{vectors.Count} vectors");
    }

    private static bool Holds(Dictionary<string, JsonElement> vector)
    {
        var hash = vector.TryGetValue("hashalg", out var id) ? (TpmAlgorithm)id.GetUInt16() : Case.Hash(vector["hash"].GetString()!);
        if (!HashAlgorithms.IsKnown(hash))
        {
            throw new NotSupportedException($"hash 0x{(ushort)hash:x4} is not known here");
        }

        var (u, v) = (Bytes(vector, "contextu", "partyuinfo"), Bytes(vector, "contextv", "partyvinfo"));
        var (label, bits) = (vector["label"].GetString()!, vector["bits"].GetInt32());
        var wanted = Bytes(vector, "result", "expected");
        return vector.ContainsKey("z")
            ? Equals(KeyDerivation.KdfE(hash, Bytes(vector, "z"), label, u, v, bits), wanted)
                // Some leave the zero behind the label to their caller, and have vectors without it.
                || Equals(KeyDerivation.KdfE(hash, Bytes(vector, "z"), Encoding.ASCII.GetBytes(label), u, v, bits), wanted)
            : Equals(KeyDerivation.KdfA(hash, Bytes(vector, "key"), label, u, v, bits), wanted);
    }

    private static bool Equals(byte[] derived, byte[] wanted) => derived.AsSpan().SequenceEqual(wanted);

    private static string Name(Dictionary<string, JsonElement> vector) =>
        vector.TryGetValue("name", out var name) ? name.GetString()! : "a vector";

    private static byte[] Bytes(Dictionary<string, JsonElement> vector, params string[] names) =>
        Convert.FromHexString(names.Where(vector.ContainsKey).Select(name => vector[name].GetString()).FirstOrDefault() ?? "");

    // The origins disagree about capitals.
    private static Dictionary<string, JsonElement> Lower(JsonElement vector) =>
        vector.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.OrdinalIgnoreCase);
}
