using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>What TPM2_StartAuthSession leaves both sides with (TPM 2.0 Part 1, 19.6.8).</summary>
internal sealed record OpenedSession(
    TpmHandle Handle, SessionSetup Setup, byte[] Key, byte[] NonceCaller, byte[] NonceTpm)
{
    internal static OpenedSession Start(Tpm tpm, SessionKind kind, SessionSetup setup)
    {
        using var salt = setup.Salt is { } key ? SharedSeed.Create(key.Public, "SECRET") : null;
        var nonce = RandomNumberGenerator.GetBytes(HashAlgorithms.Size(setup.Hash));
        var started = tpm.Execute(new StartAuthSession(kind, setup, nonce, salt?.Encrypted ?? default));
        return new(started.Handle, setup, KeyOf(setup, salt, nonce, started.NonceTpm), nonce, started.NonceTpm);
    }

    public override string ToString() => nameof(OpenedSession);

    // Without salt and bound entity there is no key at all (Part 1, 19.6.8).
    private static byte[] KeyOf(SessionSetup setup, SharedSeed? salt, byte[] nonceCaller, byte[] nonceTpm)
    {
        if (setup is { Salt: null, BoundTo: null })
        {
            return [];
        }

        ReadOnlySpan<byte> bound = setup.BoundTo is { } entity ? entity.AuthValue.Span : [];
        ReadOnlySpan<byte> salted = salt is null ? [] : salt.Seed;
        byte[] secret = [.. bound, .. salted];
        var bits = HashAlgorithms.Size(setup.Hash) * 8;
        var key = KeyDerivation.KdfA(setup.Hash, secret, "ATH", nonceTpm, nonceCaller, bits);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }
}
