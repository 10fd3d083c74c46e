using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using KeyBroker.Supervision;
using KeyBroker.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Storage;

/// <summary>
/// The broker's one database. Reads run on connections kept open; writes go to one writer, which commits together what
/// arrives together, so that a durable write costs a share of a disk flush and not a whole one.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private const int LargestGroup = 256;
    private const int LongestQueue = 4096;
    private static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(8);

    private readonly BlockingCollection<IWrite> _queue = new(LongestQueue);
    private readonly PreparedConnection _writer;
    private readonly DatabaseReaders _readers;
    private readonly string _connectionString;
    private readonly Thread _thread;
    private volatile ICommitWitness? _witness;
    private volatile Func<bool> _moreIsComing = () => false;
    private long _round;

    // Open as long as any connection is: whoever closes a file gives up all locks that his process has on it.
    private readonly SafeFileHandle _file;

    private Database(string connectionString, SafeFileHandle file, PreparedConnection writer)
    {
        (_connectionString, _file, _writer, _readers) = (connectionString, file, writer, new DatabaseReaders(connectionString));
        _thread = new Thread(WriteLoop) { IsBackground = true, Name = "database writer" };
        _thread.Start();
    }

    /// <summary>Who has to know of every commit before it is made; set before anything is served.</summary>
    public ICommitWitness? Witness
    {
        get => _witness;
        set => _witness = value;
    }

    /// <summary>
    /// Says whether several writes more will come within milliseconds whatever this database does: then a commit waits for
    /// them and is theirs, too, without anybody's work standing still. Set before anything is served.
    /// </summary>
    public Func<bool> MoreIsComing
    {
        get => _moreIsComing;
        set => _moreIsComing = value;
    }

    /// <summary>
    /// Which commit the writer works on, or worked on last. Who saw a greater one than that of a write, and reads only then, reads what that
    /// write left.
    /// </summary>
    public long Round => Interlocked.Read(ref _round);

    /// <summary>How the writer gets on.</summary>
    public WorkProgress Progress { get; } = new();

    /// <summary>Opens the database, made with mode 0600 where there is none, and brings its schema up to date.</summary>
    /// <exception cref="StoreVersionException">The schema is newer than this program.</exception>
    /// <exception cref="StoreUnavailableException">The file cannot be used.</exception>
    public static Database Open(string path)
    {
        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 5, Pooling = false }.ToString();
        try
        {
            DatabaseFile.Prepare(path);
            Schema.Upgrade(connectionString);
            return new Database(connectionString, DatabaseFile.OpenToRead(path), new PreparedConnection(DatabaseConnection.Open(connectionString)));
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"the database {path} cannot be opened, see that its disk has room and that it may be written: {failure.Message}", failure);
        }
    }

    /// <summary>Does the work in a transaction; what it throws undoes it alone and reaches the caller.</summary>
    /// <returns>A task that completes once the work is durable.</returns>
    /// <exception cref="StoreUnavailableException">The database did not take it; nothing was written.</exception>
    public Task<T> WriteAsync<T>(Func<WriteTransaction, T> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var write = new Write<T>(work);
        return Accepts(write) ? write.Task : throw new StoreUnavailableException("too many writes are waiting");
    }

    public Task WriteAsync(Action<WriteTransaction> work, CancellationToken cancellation) => WriteAsync(
        transaction =>
        {
            work(transaction);
            return true;
        },
        cancellation);

    /// <summary>Reads one consistent state.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    public T Read<T>(Func<IDbConnection, T> query) => Reading(() => _readers.Read(query));

    /// <summary>As <see cref="Read"/>, for a query that is a single statement: that is half the cost.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be read.</exception>
    public T ReadOnce<T>(Func<IDbConnection, T> query) => Reading(() => _readers.ReadOnce(query));

    /// <summary>Copies one consistent state into a new file with SQLite's online backup, whatever is written meanwhile.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be read, or the copy not written.</exception>
    public void CopyTo(string path)
    {
        try
        {
            DatabaseFile.Prepare(path);
            using var source = DatabaseConnection.Open(_connectionString);
            using var copy = new SqliteConnection(DatabaseFile.Unpooled(path));
            copy.Open();
            source.BackupDatabase(copy);
        }
        catch (Exception failure) when (failure is SqliteException or IOException)
        {
            throw new StoreUnavailableException($"the database cannot be copied: {failure.Message}", failure);
        }
    }

    /// <summary>Sees to it that the files keep nothing of rows that were overwritten.</summary>
    /// <returns>False where something is left, because others read or write meanwhile.</returns>
    public bool Erase(TraceMarks wanted) => DatabaseErasure.Erase(_connectionString, _file, wanted);

    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await Task.Run(_thread.Join);
        _readers.Dispose();
        _writer.Dispose();
        _file.Dispose();
        _queue.Dispose();
    }

    private static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException failure)
        {
            throw new StoreUnavailableException("the database cannot be read", failure);
        }
    }

    private bool Accepts(IWrite write)
    {
        try
        {
            return _queue.TryAdd(write);
        }
        catch (InvalidOperationException) // Completed: the broker stops.
        {
            return false;
        }
    }

    private void WriteLoop()
    {
        var group = new List<IWrite>(LargestGroup);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Clear();
            group.Add(first);
            if (_queue.Count < LargestGroup && _moreIsComing())
            {
                Thread.Sleep(s_gathering);
            }

            while (group.Count < LargestGroup && _queue.TryTake(out var next))
            {
                group.Add(next);
            }

            Progress.Begin();
            Commit(group);
            Progress.End();
        }
    }

    private void Commit(List<IWrite> group)
    {
        var started = Stopwatch.GetTimestamp();
        var isDurable = false;
        var round = Interlocked.Increment(ref _round);
        try
        {
            using (var transaction = _writer.BeginTransaction(deferred: false))
            {
                var unit = new WriteTransaction(_writer, transaction) { Round = round };
                if (Run(group, unit))
                {
                    _witness?.BeforeCommit(unit);
                    transaction.Commit();
                    _witness?.Committed();
                }
                else
                {
                    transaction.Rollback();
                }
            }

            isDurable = true;
            group.ForEach(write => write.Complete());
        }
        catch (Exception failure) when (failure is SqliteException or InvalidOperationException or StoreUnavailableException)
        {
            // InvalidOperationException: SQLite itself rolled everything back, as it does when the disk is full.
            _witness?.NotCommitted();
            var reason = failure as StoreUnavailableException ?? new StoreUnavailableException("the database refused a commit", failure);
            group.ForEach(write => write.Fail(reason));
        }

        StoreInstruments.Committed(group.Count, Stopwatch.GetElapsedTime(started), isDurable);
    }

    /// <summary>Undoes what fails and nothing else; false where that is everything, which then needed no savepoint.</summary>
    private bool Run(List<IWrite> group, WriteTransaction unit)
    {
        if (group is [var only])
        {
            return only.Run(unit);
        }

        group.ForEach(write => RunAlone(write, unit));
        return true;
    }

    private void RunAlone(IWrite write, WriteTransaction unit)
    {
        _writer.Execute("SAVEPOINT work");
        if (!write.Run(unit))
        {
            _writer.Execute("ROLLBACK TO work");
        }

        _writer.Execute("RELEASE work");
    }
}
