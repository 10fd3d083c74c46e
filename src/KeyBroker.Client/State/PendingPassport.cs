namespace KeyBroker.Client;

/// <summary>Runtime data that a remote verifier's result is awaited for.</summary>
internal sealed record PendingPassport(byte[] RuntimeData);
