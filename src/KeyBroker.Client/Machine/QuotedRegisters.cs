namespace KeyBroker.Client;

/// <summary>A quote, and the register values it is about.</summary>
internal sealed record QuotedRegisters(byte[] Attest, byte[] Signature, PcrValues Pcrs);
