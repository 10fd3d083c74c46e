using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>A broker's signing key and what its TPM says of it, all in software, so that each byte can be wrong.</summary>
internal sealed class ReceiptMaker : IDisposable
{
    public const string Issuer = "https://broker.example";
    public const string Machine = "sha256-00";
    public static readonly byte[] Request = "{\"alg\":\"ES256\"}"u8.ToArray();
    public static readonly JsonObject Result = new() { ["z"] = 1, ["a"] = "\u00e9\"\n" };

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SoftwareAttestationKey Ak { get; set; } = SoftwareAttestationKey.EccP256();

    /// <summary>What the AK signs, changed before it does.</summary>
    public Func<Attest, Attest> EditAttest { get; set; } = attest => attest;

    public IEnumerable<int> Registers { get; set; } = Enumerable.Range(0, 16);

    public string Kid => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $$"""{"crv":"P-256","kty":"EC","x":"{{Jwk["x"]}}","y":"{{Jwk["y"]}}"}""")));

    public JsonObject Statement => new()
    {
        ["issuer"] = Issuer,
        ["jkt"] = Kid,
        ["notAfter"] = "2026-12-01T00:00:00Z",
        ["notBefore"] = "2026-11-01T00:00:00Z",
        ["use"] = "result",
    };

    public static JsonObject Claims => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Machine,
        ["sub"] = "keys/web/signer",
        ["iat"] = new DateTimeOffset(2026, 11, 10, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
        ["jti"] = "j",
        ["op"] = "sign",
        ["att"] = new JsonObject { ["jti"] = "t", ["policy"] = "web-tier", ["policyDigest"] = "00" },
        ["key"] = new JsonObject { ["name"] = "web/signer", ["version"] = 3 },
        ["req"] = Base64Url.EncodeToString(SHA256.HashData(Request)),
        ["seq"] = 7,
        ["resultDigest"] = Base64Url.EncodeToString(SHA256.HashData("{\"a\":\"\u00e9\\\"\\n\",\"z\":1}"u8)),
        ["result"] = Result.DeepClone(),
    };

    private JsonObject Jwk
    {
        get
        {
            var point = _key.ExportParameters(false).Q;
            return new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            };
        }
    }

    public JsonObject Jwks => new() { ["keys"] = new JsonArray(Published) };

    private JsonObject Published
    {
        get
        {
            var jwk = Jwk;
            (jwk["kid"], jwk["alg"], jwk["use"]) = (Kid, "ES256", "sig");
            return jwk;
        }
    }

    public string Receipt(Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["alg"] = "ES256", ["kid"] = Kid, ["typ"] = "keybroker-result+jwt" };
        var payload = Claims;
        header?.Invoke(head);
        claims?.Invoke(payload);
        return CompactJws.Of(head, payload).SignedBy(_key);
    }

    /// <summary>A receipt whose words were replaced before it was signed.</summary>
    public string Replaced(string text, string by)
    {
        var made = CompactJws.Parse(Receipt());
        return (made with { Header = made.Header.Replace(text, by), Payload = made.Payload.Replace(text, by) }).SignedBy(_key);
    }

    /// <summary>Signed by the same key, of another type.</summary>
    public string Appraisal(JsonObject claims, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["alg"] = "ES256", ["kid"] = Kid, ["typ"] = "eat+jwt" };
        header?.Invoke(head);
        return CompactJws.Of(head, claims).SignedBy(_key);
    }

    /// <summary>The broker's list of signing keys, changed as asked.</summary>
    public JsonObject SigningKeys(Action<JsonObject>? statement = null, Action<JsonObject>? item = null)
    {
        var said = Statement;
        statement?.Invoke(said);
        var bytes = Encoding.UTF8.GetBytes(said.ToJsonString());
        var attest = EditAttest(Quote(bytes)).ToBytes();
        var listed = new JsonObject
        {
            ["kid"] = Kid,
            ["use"] = "result",
            ["publicJwk"] = Published,
            ["statement"] = Base64Url.EncodeToString(bytes),
            ["certification"] = new JsonObject
            {
                ["attest"] = Base64Url.EncodeToString(attest),
                ["signature"] = Base64Url.EncodeToString(Ak.Sign(attest).ToBytes()),
                ["pcrs"] = new JsonObject { ["sha256"] = new JsonObject(Registers.Select(n => KeyValuePair.Create<string, JsonNode?>($"{n}", new string('0', 64)))) },
            },
        };
        item?.Invoke(listed);
        return new JsonObject
        {
            ["ak"] = new JsonObject { ["public"] = Base64Url.EncodeToString(Ak.Public.ToSizedBytes()), ["name"] = Ak.Public.Name.ToString() },
            ["items"] = new JsonArray(listed),
        };
    }

    public void Dispose()
    {
        _key.Dispose();
        Ak.Dispose();
    }

    private Attest Quote(byte[] statement) => new()
    {
        Magic = Attest.GeneratedValue,
        Type = Attest.QuoteType,
        QualifiedSigner = new byte[34],
        ExtraData = SHA256.HashData([.. "keybroker-signing-key-v1"u8, .. statement]),
        Clock = new ClockInfo(1, 2, 3, true),
        FirmwareVersion = 1,
        Attested = QuoteBytes(Registers),
    };

    private static byte[] QuoteBytes(IEnumerable<int> registers)
    {
        var writer = new TpmWriter();
        new QuoteInfo([PcrSelection.Of(TpmAlgorithm.Sha256, [.. registers])], SHA256.HashData(new byte[32 * registers.Count()])).Write(writer);
        return writer.ToArray();
    }
}
