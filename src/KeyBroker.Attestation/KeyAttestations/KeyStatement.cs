using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>What a broker says of a key version; its TPM signs the digest of these very bytes along with what it says itself.</summary>
public sealed record KeyStatement(string Name, int Version)
{
    private const string Format = "keybroker-key-attestation-v1";

    /// <summary>As in the contract, section 6: <c>ec-p256</c> and so on.</summary>
    public required string Type { get; init; }

    /// <summary><c>tpm</c> or <c>sealed</c>.</summary>
    public required string Protection { get; init; }

    /// <summary><c>local</c> or <c>fleet</c>.</summary>
    public required string Residence { get; init; }

    /// <summary>Whether the broker hands the key itself out, to machines that a policy lets have it.</summary>
    public required bool Exportable { get; init; }

    public PublicJwk? PublicJwk { get; init; }

    /// <summary>What the caller sent, to know that the statement is not an old one; base64url.</summary>
    public string? Nonce { get; init; }

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static KeyStatement Parse(ReadOnlySpan<byte> json)
    {
        var members = StrictJson.Object(
            StrictJson.Parse(json), "format", "name", "version", "type", "protection", "residence", "exportable", "publicJwk", "nonce");
        return members.Text("format") == Format
            ? new KeyStatement(members.Text("name"), members.OptionalInt32("version") ?? 0)
            {
                Type = members.Text("type"),
                Protection = members.Text("protection"),
                Residence = members.Text("residence"),
                Exportable = members.OptionalBoolean("exportable") ?? throw DeniedException.Malformed("a member is missing", "exportable"),
                PublicJwk = members.Optional("publicJwk") is { } jwk ? PublicJwk.Parse(jwk) : null,
                Nonce = members.OptionalText("nonce"),
            }
            : throw DeniedException.Malformed("another format", "format");
    }

    public byte[] ToBytes()
    {
        var json = new JsonObject
        {
            ["format"] = Format,
            ["name"] = Name,
            ["version"] = Version,
            ["type"] = Type,
            ["protection"] = Protection,
            ["residence"] = Residence,
            ["exportable"] = Exportable,
        };
        if (PublicJwk is not null)
        {
            json["publicJwk"] = JsonNode.Parse(PublicJwk.ToJson());
        }

        if (Nonce is not null)
        {
            json["nonce"] = Nonce;
        }

        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    /// <summary>The qualifyingData that the TPM signs along: SHA-256 of the format's name and the statement.</summary>
    public static byte[] QualifyingData(ReadOnlySpan<byte> statement) =>
        SHA256.HashData([.. Encoding.ASCII.GetBytes(Format), .. statement]);

    /// <summary>
    /// What creationData carries as outsideInfo: SHA-256 of "keybroker-key-v1", the name in UTF-8, and the version as
    /// four bytes, big-endian. The fixed width of the end keeps two (name, version) pairs from spelling the same bytes.
    /// </summary>
    public static byte[] Origin(string name, int version)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, version);
        return SHA256.HashData([.. "keybroker-key-v1"u8, .. Encoding.UTF8.GetBytes(name), .. number]);
    }
}
