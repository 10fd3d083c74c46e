using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>A thing the TPM has made that nobody can use before <paramref name="Commit"/> ran in a durable transaction.</summary>
/// <param name="Abandon">Says that the commit will not run: whoever waits to make the same thing may go on at once.</param>
internal sealed record Prepared<T>(T Value, Action<WriteTransaction> Commit, Func<Task> Abandon);
