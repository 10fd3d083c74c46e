using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Testing;

/// <summary>A compact JWS in its decoded parts, to change one of them; it keeps its signature until it is signed again.</summary>
public sealed record CompactJws(string Header, string Payload, string Signature)
{
    public static CompactJws Parse(string compact)
    {
        var parts = compact.Split('.');
        return new CompactJws(Text(parts[0]), Text(parts[1]), parts[2]);
    }

    public static CompactJws Of(JsonObject header, JsonObject payload) => new(header.ToJsonString(), payload.ToJsonString(), "");

    public CompactJws WithHeader(Action<JsonObject> change) => this with { Header = Changed(Header, change) };

    public CompactJws WithPayload(Action<JsonObject> change) => this with { Payload = Changed(Payload, change) };

    /// <summary>ES256, whatever the header says.</summary>
    public string SignedBy(ECDsa key) =>
        (this with { Signature = Base64Url.Encode(key.SignData(Encoding.ASCII.GetBytes(Input()), HashAlgorithmName.SHA256)) }).ToString();

    /// <summary>HS256 keyed with bytes that everybody has.</summary>
    public string SignedBy(byte[] key) =>
        (this with { Signature = Base64Url.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(Input()))) }).ToString();

    /// <summary>By whatever algorithm.</summary>
    public string SignedBy(Func<byte[], byte[]> sign) => (this with { Signature = Base64Url.Encode(sign(Encoding.ASCII.GetBytes(Input()))) }).ToString();

    public string WithSignature(Func<byte[], byte[]> change) =>
        (this with { Signature = Base64Url.Encode(change(Base64Url.Decode(Signature))) }).ToString();

    public string Unsigned() => Input() + ".";

    public override string ToString() => $"{Input()}.{Signature}";

    private string Input() => $"{Base64Url.Encode(Encoding.UTF8.GetBytes(Header))}.{Base64Url.Encode(Encoding.UTF8.GetBytes(Payload))}";

    private static string Text(string part) => Encoding.UTF8.GetString(Base64Url.Decode(part));

    private static string Changed(string text, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        change(json);
        return json.ToJsonString();
    }
}
