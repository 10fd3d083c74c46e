using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A loaded object's public area and names.</summary>
public sealed record ReadPublicResponse(TpmObject Object, TpmPublic Public, TpmName QualifiedName);
