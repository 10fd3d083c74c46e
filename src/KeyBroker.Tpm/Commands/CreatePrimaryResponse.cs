using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A primary object, and how it came to be.</summary>
public sealed record CreatePrimaryResponse(TpmObject Object, TpmPublic Public, CreationRecord Creation);
