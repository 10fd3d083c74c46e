namespace KeyBroker.Tpm.Transports;

/// <summary>One command and its response as they were on the wire, secrets in the clear included.</summary>
/// <param name="Response">Empty if there was none.</param>
public sealed record RecordedExchange(ReadOnlyMemory<byte> Command, ReadOnlyMemory<byte> Response);
