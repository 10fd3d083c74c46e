using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>Some of the registers asked for: a TPM returns at most eight at once.</summary>
/// <param name="UpdateCounter">Changes whenever a register does.</param>
/// <param name="Selection">Which registers the values are of, in order.</param>
public sealed record PcrReadResponse(uint UpdateCounter, IReadOnlyList<PcrSelection> Selection, IReadOnlyList<byte[]> Values);
