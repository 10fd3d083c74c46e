using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Transports;

/// <summary>How long a command may take before its TPM counts as gone, by the class of the command.</summary>
/// <param name="Ordinary">For everything that a TPM does in seconds at most.</param>
/// <param name="Generation">For a new RSA key: the search for primes has no upper bound.</param>
public sealed record CommandPatience(TimeSpan Ordinary, TimeSpan Generation)
{
    private const ushort WithSessions = 0x8002;

    public static readonly CommandPatience Default = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));

    public TimeSpan For(ReadOnlySpan<byte> command)
    {
        try
        {
            return MakesRsaKey(new TpmReader(command)) ? Generation : Ordinary;
        }
        catch (TpmFormatException)
        {
            // Not a command at all, as the TPM will say at once.
            return Ordinary;
        }
    }

    private static bool MakesRsaKey(TpmReader reader)
    {
        var tag = reader.ReadUInt16();
        _ = reader.ReadUInt32();
        if ((TpmCommandCode)reader.ReadUInt32() is not (TpmCommandCode.Create or TpmCommandCode.CreatePrimary or TpmCommandCode.CreateLoaded))
        {
            return false;
        }

        _ = reader.ReadUInt32(); // The parent or the hierarchy.
        if (tag == WithSessions)
        {
            _ = reader.ReadBytes(reader.ReadCount(reader.Remaining));
        }

        _ = reader.ReadSized(); // The sensitive area, perhaps encrypted.
        _ = reader.ReadUInt16();
        return reader.ReadAlgorithm() == TpmAlgorithm.Rsa;
    }
}
