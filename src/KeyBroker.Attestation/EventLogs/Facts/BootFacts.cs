using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>
/// What a replayed log proves of a boot. Null is "not proven": the register was not quoted, did not replay, or holds
/// something that could be the contrary.
/// </summary>
public sealed record BootFacts
{
    public required TpmAlgorithm Bank { get; init; }

    /// <summary>By register that the log explains: the digests that were extended, lower-case hex, in their order.</summary>
    public required ImmutableSortedDictionary<int, ImmutableArray<string>> Registers { get; init; }

    /// <summary>PCR 7: whether the firmware verified what it started.</summary>
    public bool? SecureBoot { get; init; }

    /// <summary>PCR 7: the databases of secure boot by the name of their variable: PK, KEK, db, dbx.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<DatabaseEntry>>? Databases { get; init; }

    /// <summary>PCR 7: the SHA-256 of every certificate or hash that let something start, in their order.</summary>
    public ImmutableArray<string>? Authorities { get; init; }

    /// <summary>PCR 4: the digests of what was started behind the firmware's end, the boot loader first.</summary>
    public ImmutableArray<string>? Images { get; init; }

    /// <summary>PCR 8 and 12: every text that can be the command line the kernel was given.</summary>
    public ImmutableArray<string>? CommandLines { get; init; }

    /// <summary>PCR 0: what the firmware calls itself.</summary>
    public string? FirmwareVersion { get; init; }

    /// <summary>PCR 1: the SHA-256 of the boot variables whose names were measured too.</summary>
    public ImmutableSortedDictionary<string, string>? BootVariables { get; init; }

    /// <summary>PCR 5: whether the firmware's services were left, once and with success.</summary>
    public bool? LeftBootServices { get; init; }
}
