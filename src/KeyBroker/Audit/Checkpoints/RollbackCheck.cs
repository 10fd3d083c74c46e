using KeyBroker.Configuration;
using KeyBroker.Storage;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Audit;

/// <summary>
/// Compares the database with the TPM's counter before anything is served: a database that was put back is behind it. Only an
/// administrator who names the counter's value goes on with one, and the log says so.
/// </summary>
internal sealed partial class RollbackCheck(AuditCounter counter, CheckpointStore store, AuditTree tree, AuditLog log, RollbackAcceptance acceptance)
{
    /// <summary>Counters that the TPM has of other logs, where this start begins one.</summary>
    public IReadOnlyList<TpmHandle> OtherLogs { get; private set; } = [];

    /// <exception cref="StartupException">The database was put back, and nobody said that it is to be.</exception>
    /// <exception cref="StoreIntegrityException">A row of the checkpoints was edited.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await CompareAsync(cancellation);
        acceptance.RefuseFuture();
    }

    public void WarnOfOthers(ILogger logger)
    {
        if (OtherLogs.Count > 0)
        {
            BeginsBesideOthers(logger, string.Join(", ", OtherLogs));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "a new database and a new audit log begin here, and the TPM has counters of others: {Counters}; if this broker had a database, it is gone")]
    private static partial void BeginsBesideOthers(ILogger logger, string counters);

    private async Task CompareAsync(CancellationToken cancellation)
    {
        if (store.Counter() is not { } pinned)
        {
            await CheckUnknownAsync(cancellation);
        }
        else if (pinned.First is { } first)
        {
            await CheckAsync(pinned.Area, first, cancellation);
        }
        else
        {
            await CheckUnfinishedAsync(pinned.Area, cancellation);
        }
    }

    /// <summary>A database that knows of no counter belongs to a TPM that has none of this root.</summary>
    private async Task CheckUnknownAsync(CancellationToken cancellation)
    {
        var (area, isThere) = await counter.FindAsync(cancellation);
        if (!isThere || area is null)
        {
            await CheckGoneAsync(area, cancellation);
            return;
        }

        var value = await counter.ReadAsync(area, cancellation) ?? 0;
        acceptance.Reach(value);
        await AcceptAsync("this database knows of no checkpoint");
        await store.SaveCounterAsync(area.Written, value, cancellation);
    }

    /// <summary>Neither the TPM nor the database has one: a log begins here, and nothing was ever in it; or both were taken away.</summary>
    private async Task CheckGoneAsync(NvPublic? free, CancellationToken cancellation)
    {
        var isBegun = log.List(0, 1).Count > 0 || store.IsLived();
        if (store.Ends().Newest is { } newest)
        {
            acceptance.Reach(newest.Counter);
            await AcceptAsync("is neither in the TPM nor in this database any more", isGone: true);
        }
        else if (isBegun)
        {
            await AcceptAsync("is neither in the TPM nor in this database, which is not a new one", isGone: true);
        }

        await store.SaveCounterAsync(free ?? counter.Intended, null, cancellation);
        if (!isBegun)
        {
            await BeginAsync(cancellation);
        }
    }

    /// <summary>A database that somebody took away looks like a first start, but for the counter that it leaves.</summary>
    private async Task BeginAsync(CancellationToken cancellation)
    {
        OtherLogs = await counter.OthersAsync(cancellation);
        if (OtherLogs.Count > 0)
        {
            await RecordAsync("audit.new-log", $"this TPM has counters of other logs: {string.Join(", ", OtherLogs)}");
        }
    }

    /// <summary>The counter was about to be made. Where it counted already, this is the database of a first start that has long ended, or was cut off just then.</summary>
    private async Task CheckUnfinishedAsync(NvPublic area, CancellationToken cancellation)
    {
        acceptance.Reach(store.Ends().Newest?.Counter ?? 0);
        if (await counter.ReadAsync(area, cancellation) is > 0 and var value)
        {
            acceptance.Reach(value);
            await AcceptAsync("this database does not know that it counted");
            await store.SaveCounterAsync(area.Written, value, cancellation);
        }
    }

    private async Task CheckAsync(NvPublic area, long first, CancellationToken cancellation)
    {
        var (newest, pending) = store.Ends();
        RefuseCut(newest);
        RefuseCut(pending);
        var known = Math.Max(first, newest?.Counter ?? 0);
        acceptance.Reach(known);
        if (await counter.ReadAsync(area, cancellation) is not { } value)
        {
            await AcceptAsync($"{area.Index} is not in the TPM any more", isGone: true);
            await store.SaveCounterAsync(area, null, cancellation);
            return;
        }

        acceptance.Reach(value);
        if (value > Math.Max(known, pending?.Counter ?? 0))
        {
            await AcceptAsync($"the newest checkpoint of this database has {known}");
            await store.SaveCounterAsync(area, value, cancellation);
        }
        else if (value < known)
        {
            // The TPM was put back and not the database, as a power loss does to one in software: it counts on beyond what was.
            await RecordAsync("audit.counter-behind", $"counter {value}, newest checkpoint {known}");
        }
    }

    /// <summary>No checkpoint, signed or intended, that was brought over from a later database hides that the log is an older one.</summary>
    private void RefuseCut(CheckpointRow? row)
    {
        if (row is not null && !tree.GoesOnFrom(row))
        {
            throw new StoreIntegrityException(
                $"the audit log is not the one that its checkpoint over {row.Size} records is of: it was cut or changed outside the broker, restore the database");
        }
    }

    private async Task AcceptAsync(string found, bool isGone = false)
    {
        await acceptance.AcceptAsync($"counter {acceptance.Reached}, {found}", isGone
            ? $"the audit counter {found}: somebody removed it, or this is another TPM; accept that what it would show is lost"
            : $"the audit counter of the TPM is at {acceptance.Reached}, and {found}: this is an older database, or a backup; put the newest one back, or accept what is lost");
        await store.DropPendingAsync(CancellationToken.None);
    }

    private Task<long> RecordAsync(string operation, string found) => log.AppendAsync(
        new AuditEvent { Operation = operation, Outcome = AuditEvent.Done, Resource = "audit/counter", Reasons = [found], Peer = "broker" },
        CancellationToken.None);
}
