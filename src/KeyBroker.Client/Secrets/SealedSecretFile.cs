using System.Security.Cryptography;
using System.Text.Json;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>A sealed secret as a file: the digest beside it shows what was damaged, or taken out, since it was written.</summary>
internal sealed record SealedSecretFile(SealedSecret Secret, byte[] Sha256)
{
    private const int LongestPublic = 1024;
    private const int LongestPrivate = 2048;
    private const int LongestText = 256;
    private const int LongestJwe = 128 * 1024;

    public static byte[] Write(SealedSecret secret) =>
        JsonSerializer.SerializeToUtf8Bytes(new SealedSecretFile(secret, Digest(secret)));

    /// <summary>Null for anything that <see cref="Write"/> does not write for this name.</summary>
    public static SealedSecret? Read(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            var read = JsonSerializer.Deserialize<SealedSecretFile>(file, JsonSerializerOptions.Strict);
            return read is not null && read.IsWhole() && read.Secret.Name == name ? read.Secret : null;
        }
        catch (Exception malformed) when (malformed is JsonException or TpmFormatException or FormatException)
        {
            return null;
        }
    }

    private bool IsWhole() => CryptographicOperations.FixedTimeEquals(Sha256, Digest(Secret))
        && Secret.Version > 0
        && Secret.Private.Length is > 0 and <= LongestPrivate
        && Secret.Parent.Length <= LongestText
        && Secret.Pcrs.Length <= LongestText
        && Secret.Values.All(value => value is { Length: <= LongestText })
        && Secret.Values.Count == PcrSelectionText.Parse(Secret.Pcrs).Sum(bank => bank.Indices.Length)
        && Secret.Jwe is null or { Length: <= LongestJwe }
        && IsSealedData(Secret.Public);

    private static bool IsSealedData(byte[] area) =>
        area.Length <= LongestPublic && TpmPublic.ParseSized(area).Type == TpmAlgorithm.KeyedHash;

    private static byte[] Digest(SealedSecret secret) => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(secret));
}
