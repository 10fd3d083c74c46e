using System.Runtime.InteropServices;
using System.Text;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>Public keys as others write them: what is taken is the same key when it is written and read again.</summary>
internal static class KeyTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Key("public-key", bytes => TpmPublic.Parse(bytes)),
        Foreign("subject-public-key-info", bytes => PublicKeyFormats.FromSubjectPublicKeyInfo(bytes)),
        Foreign("pem", bytes => PublicKeyFormats.FromPem(Encoding.UTF8.GetString(bytes))),
        Foreign("jwk", bytes => PublicKeyFormats.FromJwk(Encoding.UTF8.GetString(bytes))),
        Foreign("jwk-utf16", bytes => PublicKeyFormats.FromJwk(Utf16(bytes))),
    ];

    // Unpaired surrogates included, which no encoding lets through.
    private static string Utf16(byte[] bytes) => new(MemoryMarshal.Cast<byte, char>(bytes));

    private static FuzzTarget Key(string name, Func<byte[], TpmPublic> read) => new(name, bytes =>
    {
        RoundTrip(read(bytes));
        return null;
    });

    /// <summary>Here what is taken is a whole key: one that cannot be written again is no refusal.</summary>
    private static FuzzTarget Foreign(string name, Func<byte[], TpmPublic> read) => new(name, bytes =>
    {
        var area = read(bytes);
        try
        {
            RoundTrip(TpmPublic.Parse(area.ToBytes()));
            return null;
        }
        catch (TpmFormatException unwritten)
        {
            throw new InvalidOperationException("a key was taken that cannot be written again", unwritten);
        }
    });

    private static void RoundTrip(TpmPublic area)
    {
        var jwk = PublicKeyFormats.ToJwk(area);
        if (PublicKeyFormats.ToJwk(PublicKeyFormats.FromJwk(jwk)) != jwk
            || PublicKeyFormats.ToJwk(PublicKeyFormats.FromPem(PublicKeyFormats.ToPem(area))) != jwk)
        {
            throw new InvalidOperationException("the key is another one after writing and reading it");
        }
    }
}
