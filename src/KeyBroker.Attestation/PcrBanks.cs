using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation;

/// <summary>The PCR banks that evidence and policies may name.</summary>
public static class PcrBanks
{
    /// <summary>Registers 0 to 23: what the three bitmap bytes of a selection can name.</summary>
    public const int HighestRegister = 23;

    public static bool TryParse(string name, out TpmAlgorithm bank)
    {
        bank = name switch
        {
            "sha1" => TpmAlgorithm.Sha1,
            "sha256" => TpmAlgorithm.Sha256,
            "sha384" => TpmAlgorithm.Sha384,
            "sha512" => TpmAlgorithm.Sha512,
            _ => TpmAlgorithm.Null,
        };
        return bank != TpmAlgorithm.Null;
    }

    public static bool IsKnown(TpmAlgorithm bank) =>
        bank is TpmAlgorithm.Sha1 or TpmAlgorithm.Sha256 or TpmAlgorithm.Sha384 or TpmAlgorithm.Sha512;

    public static string NameOf(TpmAlgorithm bank) => bank switch
    {
        TpmAlgorithm.Sha1 => "sha1",
        TpmAlgorithm.Sha256 => "sha256",
        TpmAlgorithm.Sha384 => "sha384",
        TpmAlgorithm.Sha512 => "sha512",
        _ => throw new ArgumentOutOfRangeException(nameof(bank), bank, "not a PCR bank"),
    };

    /// <summary>The bytes of one register.</summary>
    public static int SizeOf(TpmAlgorithm bank) => bank switch
    {
        TpmAlgorithm.Sha1 => 20,
        TpmAlgorithm.Sha256 => 32,
        TpmAlgorithm.Sha384 => 48,
        TpmAlgorithm.Sha512 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(bank), bank, "not a PCR bank"),
    };
}
