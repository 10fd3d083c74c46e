using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A thing the TPM has made that nobody can use before <paramref name="Commit"/> ran in a durable transaction.</summary>
internal sealed record Prepared<T>(T Value, Action<WriteTransaction> Commit);
