using System.Text.Json;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;
using Xunit;
using static KeyBroker.Tpm.Tests.Corpus.RealCases;

namespace KeyBroker.Tpm.Tests.Corpus;

public sealed class KeyDerivationCasesTests
{
    [Fact]
    public void Keys_come_out_as_elsewhere() => All(
        Of("kdf").Where(one => Text(one, "subkind") is "kdfa" or "kdfe"),
        one => Assert.All(Vectors(one).Select(Lower).Where(IsTerminated), Check));

    // tpm2-pytss leaves the terminating zero of a KDFe label to its caller, and its vector lacks it.
    private static bool IsTerminated(Dictionary<string, JsonElement> vector) =>
        !vector.ContainsKey("z") || vector["label"].GetString() != "use data";

    private static void Check(Dictionary<string, JsonElement> vector)
    {
        var hash = vector.TryGetValue("hashalg", out var id)
            ? (TpmAlgorithm)id.GetUInt16()
            : Hash(vector["hash"].GetString()!);
        var u = Bytes(vector, "contextu", "partyuinfo");
        var v = Bytes(vector, "contextv", "partyvinfo");
        var label = vector["label"].GetString()!;
        var bits = vector["bits"].GetInt32();
        var derived = vector.ContainsKey("z")
            ? KeyDerivation.KdfE(hash, Bytes(vector, "z"), label, u, v, bits)
            : KeyDerivation.KdfA(hash, Bytes(vector, "key"), label, u, v, bits);

        Assert.Equal(Bytes(vector, "result", "expected"), derived);
    }

    private static byte[] Bytes(Dictionary<string, JsonElement> vector, params string[] names) =>
        Convert.FromHexString(names.Where(vector.ContainsKey).Select(name => vector[name].GetString()).FirstOrDefault() ?? "");

    // The origins disagree about capitals.
    private static Dictionary<string, JsonElement> Lower(JsonElement vector) =>
        vector.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.OrdinalIgnoreCase);
}
