using KeyBroker.Configuration;
using KeyBroker.Hosting;
using Microsoft.Win32.SafeHandles;

namespace KeyBroker.Audit;

/// <summary>
/// Lines in a file that only grows: opened anew for each delivery, so that it may be rotated from outside too, and flushed to
/// the disk before a delivery counts.
/// </summary>
internal sealed class FileSink(SinkSettings settings, AuditLines lines) : IAuditSink
{
    private const long LeastRoom = 64 * 1024;
    private long? _before;
    private long? _end;
    private bool _isTorn;

    public string Name => settings.Name;

    public bool IsRequired => settings.IsRequired;

    public async Task<SinkCursor> OpenAsync(SinkStart start, SinkCursor known)
    {
        SinkPath.Check(settings.Target);
        try
        {
            using var handle = Handle();
            SinkPath.CheckNames(settings.Target, handle);
            var (agreed, offset, surplus) = FileTail.Read(settings.Target, handle).Compare(start, known);
            if (surplus is not null)
            {
                await start.SetAsideAsync(Name, surplus);
            }

            Cut(handle, offset);
            _end = RandomAccess.GetLength(handle);
            return agreed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"the audit sink {settings.Target} cannot be used: {failure.Message}", failure);
        }
    }

    public void Deliver(SinkBatch batch) => Guarded(() =>
    {
        _before = null;
        RotateBehind(batch.After.Sequence);
        using var handle = Handle();
        _before = EndOf(handle);
        byte[] all = [.. batch.Items().SelectMany(item => Line(item, batch.Commit))];
        try
        {
            RandomAccess.Write(handle, all, _before.Value);
            RandomAccess.FlushToDisk(handle);
            _end = _before + all.Length;
        }
        catch (IOException)
        {
            (_end, _isTorn) = (_before, true);
            Mend(handle);
            throw;
        }
    });

    /// <summary>Behind our last line, where nobody else has written.</summary>
    /// <exception cref="IOException">Somebody has, or what we left there cannot be taken away.</exception>
    private long EndOf(SafeFileHandle handle)
    {
        Mend(handle);
        return OwnEnd(handle);
    }

    private long OwnEnd(SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        return _end is not { } end || length <= end // Less where it was rotated from outside.
            ? length
            : throw new IOException("somebody else writes to it");
    }

    // Half a line is no record.
    private void Mend(SafeFileHandle handle)
    {
        if (_isTorn)
        {
            Cut(handle, _end!.Value);
            _isTorn = false;
        }
    }

    public void TakeBack()
    {
        if (_before is { } length)
        {
            Guarded(() =>
            {
                using var handle = Handle();
                Cut(handle, length); // A file that is shorter by now was rotated from outside, and never made longer.
                RandomAccess.FlushToDisk(handle);
                _end = RandomAccess.GetLength(handle);
            });
        }
    }

    public void Probe() => Guarded(() =>
    {
        using var handle = Handle();
        if (!_isTorn) // Or the writer takes it away first.
        {
            _ = OwnEnd(handle);
        }

        if (new DriveInfo(Path.GetDirectoryName(settings.Target)!).AvailableFreeSpace < LeastRoom)
        {
            throw new IOException("its disk is full");
        }
    });

    /// <summary>A full file steps aside under the number of its last record; the next line's <c>previous</c> is that record's hash.</summary>
    private void RotateBehind(long last)
    {
        if (settings.RotateAt is { } limit && new FileInfo(settings.Target) is { Exists: true } file && file.Length >= limit)
        {
            File.Move(settings.Target, $"{settings.Target}.{last}");
        }
    }

    private byte[] Line(SinkItem item, long? commit) =>
        item.Record is not null ? lines.Of(item.Record, commit) : AuditLines.Of(item.Checkpoint!);

    private static void Cut(SafeFileHandle handle, long length)
    {
        if (length < RandomAccess.GetLength(handle))
        {
            RandomAccess.SetLength(handle, length);
        }
    }

    private SafeFileHandle Handle() => Posix.OpenToAppend(settings.Target);

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SinkException(Name, failure.Message, failure);
        }
    }
}
