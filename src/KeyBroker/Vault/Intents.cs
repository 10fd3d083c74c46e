using Dapper;

using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>What is being made in the TPM and is not committed yet; it also keeps two makers of one thing apart.</summary>
internal sealed class Intents(Database database, TimeProvider clock)
{
    /// <summary>After this time a maker is taken for dead, and its thing for never made.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(3);

    /// <summary>Writes an intent durably; a subject has one maker at a time, others wait for its end.</summary>
    /// <param name="plan">Runs in the same transaction, and says what is to be made.</param>
    /// <exception cref="StoreUnavailableException">The subject stayed busy.</exception>
    public async Task<Intent<T>> BeginAsync<T>(
        string kind, string subject, Func<WriteTransaction, T> plan, CancellationToken cancellation)
    {
        var id = Guid.NewGuid().ToString("N");
        var deadline = clock.GetUtcNow() + s_lifetime + s_lifetime;
        while (clock.GetUtcNow() < deadline)
        {
            var begun = await database.WriteAsync(
                transaction => TryBegin(transaction, id, kind, subject) ? new Intent<T>(id, plan(transaction)) : null,
                cancellation);
            if (begun is not null)
            {
                return begun;
            }

            await Task.Delay(s_pause, clock, cancellation);
        }

        throw new StoreUnavailableException($"{subject} is being changed by somebody else");
    }

    /// <summary>Part of the transaction that makes the thing real.</summary>
    public static void End(WriteTransaction transaction, string id) => transaction.Connection.Execute(
        "DELETE FROM intents WHERE id = @id", new { id }, transaction.Transaction);

    /// <summary>The thing was not made.</summary>
    public Task AbandonAsync(string id) => database.WriteAsync(
        transaction =>
        {
            End(transaction, id);
            return true;
        },
        CancellationToken.None);

    /// <summary>Forgets what a dead broker was making: nothing of it is in the store, and the TPM keeps nothing.</summary>
    public Task<int> ClearStaleAsync(CancellationToken cancellation) => database.WriteAsync(
        transaction => transaction.Connection.Execute("DELETE FROM intents", null, transaction.Transaction),
        cancellation);

    private bool TryBegin(WriteTransaction transaction, string id, string kind, string subject)
    {
        var now = clock.GetUtcNow();
        transaction.Connection.Execute(
            "DELETE FROM intents WHERE subject = @subject AND started_at < @before",
            new { subject, before = (now - s_lifetime).ToUnixTimeMilliseconds() }, transaction.Transaction);
        return transaction.Connection.Execute(
            """
            INSERT INTO intents (id, kind, subject, started_at, detail)
            SELECT @id, @kind, @subject, @now, '' WHERE NOT EXISTS (SELECT 1 FROM intents WHERE subject = @subject)
            """,
            new { id, kind, subject, now = now.ToUnixTimeMilliseconds() }, transaction.Transaction) == 1;
    }
}
