using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>What TPM2_StartAuthSession leaves both sides with (TPM 2.0 Part 1, 17.6.8).</summary>
internal sealed record OpenedSession(
    TpmHandle Handle, TpmAlgorithm Hash, byte[] Key, byte[] NonceCaller, byte[] NonceTpm)
{
    internal static OpenedSession Start(Tpm tpm, SessionKind kind, TpmAlgorithm hash)
    {
        var nonce = RandomNumberGenerator.GetBytes(HashAlgorithms.Size(hash));
        var started = tpm.Execute(new StartAuthSession(TpmObject.Null, default, nonce, kind, hash));
        return new(started.Handle, hash, [], nonce, started.NonceTpm);
    }

    /// <summary>Starts a session with a key that only the TPM which holds the salt key can know.</summary>
    internal static OpenedSession StartSalted(
        Tpm tpm, SessionKind kind, TpmAlgorithm hash, TpmObject saltKey, TpmPublic saltPublic)
    {
        if (saltKey.Name != saltPublic.Name)
        {
            throw new ArgumentException("the public area is not that of the salt key", nameof(saltPublic));
        }

        using var salt = SharedSeed.Create(saltPublic, "SECRET");
        var nonce = RandomNumberGenerator.GetBytes(HashAlgorithms.Size(hash));
        var started = tpm.Execute(new StartAuthSession(saltKey, salt.Encrypted, nonce, kind, hash));
        var bits = HashAlgorithms.Size(hash) * 8;
        var key = KeyDerivation.KdfA(hash, salt.Seed, "ATH", started.NonceTpm, nonce, bits);
        return new(started.Handle, hash, key, nonce, started.NonceTpm);
    }

    public override string ToString() => nameof(OpenedSession);
}
