namespace KeyBroker.Audit;

/// <summary>A sink of the audit log did not take what it was given.</summary>
/// <param name="sink">Its name.</param>
internal sealed class SinkException(string sink, string message, Exception? inner = null) : Exception($"the audit sink {sink}: {message}", inner)
{
    public string Sink => sink;
}
