namespace KeyBroker.Attestation.Policies;

/// <summary>The untrusted bytes of one policy file, and the name errors call it by.</summary>
public sealed record PolicyFile(string Name, ReadOnlyMemory<byte> Content);
