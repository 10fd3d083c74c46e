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

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static RuntimeData Parse(byte[] bytes)
    {
        var members = StrictJson.ParseObject(bytes, "nonce", "cnf", "enc");
        var cnf = PublicJwk.ParseProofKey(StrictJson.Object(members.Required("cnf"), "jwk").Required("jwk"));
        var enc = members.Optional("enc") is { } jwk ? PublicJwk.ParseEncryptionKey(jwk) : null;

        // Section 4: one key signs, another decrypts.
        return enc?.Thumbprint == cnf.Thumbprint
            ? throw DeniedException.Malformed("cnf and enc are the same key", "runtimeData.enc")
            : new RuntimeData(bytes) { Nonce = members.Bytes("nonce"), Cnf = cnf, Enc = enc };
    }
}
