namespace KeyBroker.Testing;

/// <summary>One event of a log to be written: what is measured, and what the log says of it.</summary>
public sealed record LoggedEvent(uint Pcr, uint Type, byte[] Data)
{
    /// <summary>The bytes that are measured, where they are not the data.</summary>
    public byte[]? Measured { get; init; }

    /// <summary>False for events that only inform.</summary>
    public bool Extends => Type != 3;

    /// <summary>Writes the digests in another way than one for each bank.</summary>
    public Action<BinaryWriter>? Digests { get; init; }
}
