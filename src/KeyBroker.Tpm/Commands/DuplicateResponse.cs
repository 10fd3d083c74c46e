using KeyBroker.Tpm.Duplication;

namespace KeyBroker.Tpm.Commands;

/// <summary>A duplicate, and its inner wrapper with the key, whoever chose it.</summary>
public sealed record DuplicateResponse(InnerWrapper Inner, DuplicatedObject Duplicate);
