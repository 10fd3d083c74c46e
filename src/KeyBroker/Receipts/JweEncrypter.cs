using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Receipts;

/// <summary>Compact JWE (RFC 7516) to an attested key: ECDH-ES or RSA-OAEP-256, always A256GCM, nothing negotiated.</summary>
internal static class JweEncrypter
{
    private const int KeyBytes = 32;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    /// <param name="contentType">The <c>cty</c> of RFC 7516, 4.1.12; null where the content is bytes.</param>
    public static string Encrypt(PublicJwk recipient, ReadOnlySpan<byte> content, string? contentType = null)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        try
        {
            var (header, encryptedKey) = recipient.IsRsa ? Transport(recipient, key) : Agree(recipient, key);
            return Assemble(Typed(header, contentType), encryptedKey, key, content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Compact JWE under a key that its reader has already (RFC 7518, 4.5).</summary>
    public static string EncryptDirect(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content, string? contentType = null) =>
        Assemble(Typed("""{"alg":"dir","enc":"A256GCM"}""", contentType), [], key, content);

    private static string Typed(string header, string? contentType) =>
        contentType is null ? header : $$"""{{header[..^1]}},"cty":"{{contentType}}"}""";

    // RFC 7518, 4.3.
    private static (string Header, byte[] EncryptedKey) Transport(PublicJwk recipient, Span<byte> key)
    {
        RandomNumberGenerator.Fill(key);
        using var rsa = recipient.ToRsa();
        var header = $$"""{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"{{recipient.Thumbprint}}"}""";
        return (header, rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256));
    }

    // RFC 7518, 4.6: direct agreement with a fresh key; the Concat KDF runs one round, as A256GCM needs 256 bits.
    private static (string Header, byte[] EncryptedKey) Agree(PublicJwk recipient, Span<byte> key)
    {
        using var theirs = recipient.ToEcdh();
        using var ephemeral = ECDiffieHellman.Create(theirs.ExportParameters(false).Curve);
        var derived = ephemeral.DeriveKeyFromHash(
            theirs.PublicKey, HashAlgorithmName.SHA256, secretPrepend: [0, 0, 0, 1], secretAppend: OtherInfo());
        derived.CopyTo(key);
        CryptographicOperations.ZeroMemory(derived);
        var point = ephemeral.ExportParameters(false).Q;
        var epk = $$"""{"crv":"{{recipient.Curve}}","kty":"EC","x":"{{Base64Url.Encode(point.X)}}","y":"{{Base64Url.Encode(point.Y)}}"}""";
        return ($$"""{"alg":"ECDH-ES","enc":"A256GCM","epk":{{epk}},"kid":"{{recipient.Thumbprint}}"}""", []);
    }

    // RFC 7518, 4.6.2: AlgorithmID, empty PartyUInfo and PartyVInfo, SuppPubInfo = the key's length in bits.
    private static byte[] OtherInfo()
    {
        var algorithm = "A256GCM"u8;
        var info = new byte[4 + algorithm.Length + 4 + 4 + 4];
        BinaryPrimitives.WriteInt32BigEndian(info, algorithm.Length);
        algorithm.CopyTo(info.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(info.AsSpan(info.Length - 4), KeyBytes * 8);
        return info;
    }

    private static string Assemble(string header, byte[] encryptedKey, ReadOnlySpan<byte> key, ReadOnlySpan<byte> content)
    {
        var protectedHeader = Base64Url.Encode(Encoding.UTF8.GetBytes(header));
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        Span<byte> tag = stackalloc byte[TagBytes];
        var ciphertext = new byte[content.Length];
        using var gcm = new AesGcm(key, TagBytes);
        gcm.Encrypt(nonce, content, ciphertext, tag, Encoding.ASCII.GetBytes(protectedHeader));
        return string.Join('.', protectedHeader, Base64Url.Encode(encryptedKey), Base64Url.Encode(nonce),
            Base64Url.Encode(ciphertext), Base64Url.Encode(tag));
    }
}
