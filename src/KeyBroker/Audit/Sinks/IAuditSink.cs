namespace KeyBroker.Audit;

/// <summary>Where else the log goes.</summary>
internal interface IAuditSink
{
    /// <summary>Names it in messages and metrics, and in the database, which keeps how far it is.</summary>
    string Name { get; }

    /// <summary>Nothing happens that this sink has no record of.</summary>
    bool IsRequired { get; }

    /// <summary>Finds out where it is, and that it may be there at all, before anything is served.</summary>
    /// <param name="known">What the database says it has.</param>
    /// <returns>What it has.</returns>
    /// <exception cref="KeyBroker.Configuration.StartupException">It may not be there, or has another log.</exception>
    Task<SinkCursor> OpenAsync(SinkStart start, SinkCursor known);

    /// <summary>Returns once the sink has them for good.</summary>
    /// <exception cref="SinkException">It has not.</exception>
    void Deliver(SinkBatch batch);

    /// <summary>The last delivery did not happen after all; a sink that cannot forget leaves it.</summary>
    void TakeBack();

    /// <exception cref="SinkException">It would not take a record now.</exception>
    void Probe();
}
