using System.Text;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Verifiers;

/// <summary>A compact JWS that is well formed, and not one byte of it to be believed yet.</summary>
internal sealed class ResultToken
{
    public const int MaxLength = 64 * 1024;

    private ResultToken(StrictObject header, StrictObject payload, byte[] input, byte[] signature) =>
        (Header, Payload, Input, Signature) = (header, payload, input, signature);

    public StrictObject Header { get; }

    public StrictObject Payload { get; }

    /// <summary>What the signature is over.</summary>
    public byte[] Input { get; }

    public byte[] Signature { get; }

    /// <summary>Untrusted: it only finds the one verifier whose key must then have signed.</summary>
    public string? ClaimedIssuer => Payload.Optional("iss") is { ValueKind: JsonValueKind.String } issuer ? StrictObject.Text(issuer, "iss") : null;

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static ResultToken Parse(string compact, string path)
    {
        if (compact.Length > MaxLength || compact.Split('.') is not [var header, var payload, var signature])
        {
            throw DeniedException.Malformed("a compact JWS of three parts is expected", path);
        }

        return new ResultToken(
            Object(header, path), Object(payload, path), Encoding.ASCII.GetBytes($"{header}.{payload}"), Base64Url.Decode(signature, path));
    }

    private static StrictObject Object(string part, string path) => StrictJson.OpenObject(StrictJson.Parse(Base64Url.Decode(part, path)));
}
