using System.Security.Cryptography;
using KeyBroker.Attestation.Recipients;

namespace KeyBroker.Attestation.Evidence;

/// <summary>
/// What a quote binds besides registers: the nonce, the proof key and the encryption key, in their exact bytes.
/// </summary>
public sealed class RuntimeData
{
    private RuntimeData(byte[] bytes) => Bytes = bytes;

    /// <summary>The bytes whose SHA-256 the TPM signed as extraData.</summary>
    public byte[] Bytes { get; }

    public required byte[] Nonce { get; init; }

    /// <summary>The key that proves possession of the token.</summary>
    public required PublicJwk Cnf { get; init; }

    /// <summary>The key that secrets are encrypted to.</summary>
    public PublicJwk? Enc { get; init; }

    /// <summary>That <see cref="Cnf"/> lives in the TPM, if that is claimed.</summary>
    public CertifiedClaim? CnfClaim { get; init; }

    /// <summary>That <see cref="Enc"/> lives in the TPM, if that is claimed.</summary>
    public CertifiedClaim? EncClaim { get; init; }

    /// <summary>SHA-256 of the body of the one request that this is for; null for any.</summary>
    public byte[]? Request { get; init; }

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static RuntimeData Parse(byte[] bytes)
    {
        var members = StrictJson.ParseObject(bytes, "nonce", "cnf", "enc", "req");
        var proof = StrictJson.Object(members.Required("cnf"), "jwk", "certify", "signature", "public");
        var cnf = PublicJwk.ParseProofKey(proof.Required("jwk"));
        var enc = members.Optional("enc") is { } jwk ? PublicJwk.ParseEncryptionKey(jwk) : null;

        // Section 4: one key signs, another decrypts.
        return enc?.Thumbprint == cnf.Thumbprint
            ? throw DeniedException.Malformed("cnf and enc are the same key", "runtimeData.enc")
            : new RuntimeData(bytes)
            {
                Nonce = members.Bytes("nonce"),
                Request = RequestOf(members),
                Cnf = cnf,
                CnfClaim = CertifiedClaim.ParseBeside(proof, "runtimeData.cnf"),
                Enc = enc,
                EncClaim = enc is null ? null : CertifiedClaim.ParseBeside(StrictJson.OpenObject(members.Required("enc")), "runtimeData.enc"),
            };
    }

    private static byte[]? RequestOf(StrictObject members) => members.OptionalBytes("req") is not { } digest ? null
        : digest.Length == SHA256.HashSizeInBytes ? digest
        : throw DeniedException.Malformed("a SHA-256 of 32 bytes is expected", "runtimeData.req");
}
