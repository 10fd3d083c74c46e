namespace KeyBroker.Tpm.Commands;

/// <summary>Which bytes of an NV index.</summary>
public readonly record struct NvRange(int Size, int Offset = 0);
