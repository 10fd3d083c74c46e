using Dapper;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>What is being made in the TPM and is not committed yet; it also keeps two makers of one thing apart.</summary>
internal sealed class Intents(Database database, TimeProvider clock)
{
    /// <summary>After this time a maker is taken for dead, and its thing for never made.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly Turns _turns = new();

    /// <summary>Writes an intent durably; a subject has one maker at a time, others wait for its end.</summary>
    /// <param name="plan">Runs in the same transaction, and says what is to be made.</param>
    /// <exception cref="StoreUnavailableException">The subject stayed busy.</exception>
    public async Task<Intent<T>> BeginAsync<T>(
        string kind, string subject, Func<WriteTransaction, T> plan, CancellationToken cancellation)
    {
        var turn = await _turns.TakeAsync(subject, cancellation);
        Intent<T>? begun = null;
        try
        {
            begun = await BeginAsync(kind, subject, turn, plan, cancellation);
            return begun;
        }
        finally
        {
            if (begun is null)
            {
                turn.Dispose();
            }
        }
    }

    /// <summary>Part of the transaction that makes the thing real.</summary>
    public static void End<T>(WriteTransaction transaction, Intent<T> intent)
    {
        Delete(transaction, intent.Id);

        // The next maker's plan is read by the same writer, after this transaction or with it.
        intent.Turn.Dispose();
    }

    /// <summary>The thing was not made.</summary>
    public async Task AbandonAsync<T>(Intent<T> intent)
    {
        try
        {
            await database.WriteAsync(transaction => Delete(transaction, intent.Id), CancellationToken.None);
        }
        finally
        {
            intent.Turn.Dispose();
        }
    }

    /// <summary>Forgets what a dead broker was making: nothing of it is in the store, and the TPM keeps nothing.</summary>
    public Task<int> ClearStaleAsync(CancellationToken cancellation) => database.WriteAsync(
        transaction => transaction.Execute("DELETE FROM intents"), cancellation);

    /// <summary>Waits only for what another process, or a failed commit, left behind.</summary>
    private async Task<Intent<T>> BeginAsync<T>(
        string kind, string subject, IDisposable turn, Func<WriteTransaction, T> plan, CancellationToken cancellation)
    {
        var id = Guid.NewGuid().ToString("N");
        var deadline = clock.GetUtcNow() + s_lifetime + s_lifetime;
        while (clock.GetUtcNow() < deadline)
        {
            var begun = await database.WriteAsync(
                transaction => TryBegin(transaction, id, kind, subject) ? new Intent<T>(id, plan(transaction), turn) : null,
                cancellation);
            if (begun is not null)
            {
                return begun;
            }

            await Task.Delay(s_pause, clock, cancellation);
        }

        throw new StoreUnavailableException($"{subject} is being changed by somebody else");
    }

    private static void Delete(WriteTransaction transaction, string id) =>
        transaction.Execute("DELETE FROM intents WHERE id = @id", new { id });

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
