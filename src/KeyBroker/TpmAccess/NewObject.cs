using KeyBroker.Tpm.Structures;

namespace KeyBroker.TpmAccess;

/// <summary>What TPM2_Create is asked for (Part 3, 12.1).</summary>
internal sealed record NewObject(TpmPublic Template)
{
    public byte[] Auth { get; init; } = [];

    /// <summary>The data to seal; wiped once sent.</summary>
    public byte[] Data { get; init; } = [];

    public byte[] OutsideInfo { get; init; } = [];
}
