namespace KeyBroker.Audit;

/// <summary>Whatever goes wrong in a sink is a sink that did not take what it was given, and no end of the broker: an answer from outside is input.</summary>
internal sealed class GuardedSink(IAuditSink sink) : IAuditSink, IDisposable
{
    public string Name => sink.Name;

    public bool IsRequired => sink.IsRequired;

    public Task<SinkCursor> OpenAsync(SinkStart start, SinkCursor known) => sink.OpenAsync(start, known);

    public void Deliver(SinkBatch batch) => Guarded(() => sink.Deliver(batch));

    public void TakeBack() => Guarded(sink.TakeBack);

    public void Probe() => Guarded(sink.Probe);

    public void Dispose() => (sink as IDisposable)?.Dispose();

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is not SinkException)
        {
            throw new SinkException(Name, failure.Message, failure);
        }
    }
}
