namespace KeyBroker.Storage;

/// <summary>A piece of work that waits for the writer.</summary>
internal interface IWrite
{
    /// <summary>Does the work; keeps what it threw for <see cref="Complete"/>.</summary>
    /// <returns>False when the work failed and has to be undone.</returns>
    bool Run(WriteTransaction transaction);

    /// <summary>Tells the caller: what it made is durable, or what it threw.</summary>
    void Complete();

    /// <summary>Tells the caller that nothing was written.</summary>
    void Fail(Exception reason);
}
