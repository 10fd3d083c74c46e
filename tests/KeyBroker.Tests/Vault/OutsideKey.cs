using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Vault;

namespace KeyBroker.Tests.Vault;

/// <summary>A key of the broker as the openssl command sees it: the public part, and the private one where it may leave.</summary>
internal sealed class OutsideKey(KeyRecord key, JsonObject? jwk) : IDisposable
{
    private static readonly string[] s_oaep = ["-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256"];
    private readonly OpenSsl _files = new();

    public bool IsWhole => jwk is not null;

    private bool IsEc => KeyTypes.Of(key).Family == KeyFamily.Ec;

    private string PublicPem => _files.File("public.pem", Encoding.ASCII.GetBytes(IsEc
        ? PublicJwk.Parse(key.Primary.PublicJwk!).ToEcdh().ExportSubjectPublicKeyInfoPem()
        : PublicJwk.Parse(key.Primary.PublicJwk!).ToRsa().ExportSubjectPublicKeyInfoPem()));

    private string PrivatePem => _files.File("private.pem", Encoding.ASCII.GetBytes(IsEc ? EcPem() : RsaPem()));

    private string SymmetricHex => Convert.ToHexString(Bytes("k"));

    /// <summary>A signature over a digest, as JOSE has it.</summary>
    public Task VerifyAsync(byte[] digest, byte[] signature, params string[] options) => OpenSsl.RunAsync(
    [
        "pkeyutl", "-verify", "-pubin", "-inkey", PublicPem, "-in", _files.File("digest", digest),
        "-sigfile", _files.File("signature", IsEc ? Der(signature) : signature), .. options,
    ]);

    public async Task<byte[]> SignAsync(byte[] digest, params string[] options)
    {
        var signature = await OpenSsl.RunAsync(["pkeyutl", "-sign", "-inkey", PrivatePem, "-in", _files.File("digest", digest), .. options]);
        return IsEc ? Raw(signature, digest.Length) : signature;
    }

    public Task<byte[]> EncryptAsync(byte[] plaintext) =>
        OpenSsl.RunAsync(["pkeyutl", "-encrypt", "-pubin", "-inkey", PublicPem, "-in", _files.File("plaintext", plaintext), .. s_oaep]);

    public Task<byte[]> DecryptAsync(byte[] ciphertext) =>
        OpenSsl.RunAsync(["pkeyutl", "-decrypt", "-inkey", PrivatePem, "-in", _files.File("ciphertext", ciphertext), .. s_oaep]);

    public Task<byte[]> AgreeAsync(string theirPem) =>
        OpenSsl.RunAsync("pkeyutl", "-derive", "-inkey", _files.File("theirs.pem", Encoding.ASCII.GetBytes(theirPem)), "-peerkey", PublicPem);

    public Task<byte[]> MacAsync(byte[] message) => OpenSsl.RunAsync(
        "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + SymmetricHex, "-binary", _files.File("message", message));

    /// <summary>KOP-2: the content by counter mode, as GCM counts; openssl's command has no AEAD.</summary>
    public Task<byte[]> CountAsync(byte[] box) => OpenSsl.RunAsync(
        "enc", "-d", "-aes-256-ctr", "-K", SymmetricHex, "-iv", Convert.ToHexString([.. box[..12], 0, 0, 0, 2]), "-in", _files.File("box", box.AsSpan()[12..^16]));

    /// <summary>KOP-2, by another program: a ciphertext that the broker did not make.</summary>
    public byte[] Seal(string label, byte[] content)
    {
        var (nonce, sealedContent, tag) = (RandomNumberGenerator.GetBytes(12), new byte[content.Length], new byte[16]);
        byte[] context = [.. Sized(label), .. Sized(jwk!["kid"]!.GetValue<string>().Split(':')[0]), 0, 0, 0, 1];
        using var aes = new AesGcm(Bytes("k"), tag.Length);
        aes.Encrypt(nonce, content, sealedContent, tag, context);
        return [.. nonce, .. sealedContent, .. tag];
    }

    public void Dispose() => _files.Dispose();

    private string EcPem()
    {
        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = key.Type == KeyTypes.EcP256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384,
            D = Bytes("d"),
            Q = new ECPoint { X = Bytes("x"), Y = Bytes("y") },
        });
        return ec.ExportPkcs8PrivateKeyPem();
    }

    private string RsaPem()
    {
        var half = KeyTypes.Of(key).Bits / 16;
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Bytes("n"),
            Exponent = Bytes("e"),
            D = Padded("d", 2 * half),
            P = Padded("p", half),
            Q = Padded("q", half),
            DP = Padded("dp", half),
            DQ = Padded("dq", half),
            InverseQ = Padded("qi", half),
        });
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    private static byte[] Der(byte[] signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature.AsSpan(0, signature.Length / 2), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature.AsSpan(signature.Length / 2), isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    private static byte[] Raw(byte[] der, int width)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        return [.. Number(), .. Number()];

        byte[] Number() => reader.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true) is var number
            ? [.. new byte[width - number.Length], .. number] : [];
    }

    private byte[] Bytes(string member) => Base64Url.Decode(jwk![member]!.GetValue<string>());

    private byte[] Padded(string member, int width) => Bytes(member) is var number ? [.. new byte[width - number.Length], .. number] : [];

    private static byte[] Sized(string text)
    {
        var sized = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(sized, text.Length);
        Encoding.ASCII.GetBytes(text, sized.AsSpan(4));
        return sized;
    }
}
