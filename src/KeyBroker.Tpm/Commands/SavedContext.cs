using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPMS_CONTEXT (TPM 2.0 Part 2, 14.5): an object or session, kept outside by its TPM's own encryption.</summary>
public sealed record SavedContext(ulong Sequence, TpmHandle Saved, TpmHandle Hierarchy, ReadOnlyMemory<byte> Blob);
