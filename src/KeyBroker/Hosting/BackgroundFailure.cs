namespace KeyBroker.Hosting;

/// <summary>Something that the broker does by itself ended in a failure that nothing expected, which ends the broker.</summary>
internal sealed class BackgroundFailure(string part, Exception cause)
    : Exception($"{part} failed, which ended the broker: see the log, and start it again", cause)
{
    /// <summary>Null where everything goes on, or ended by order.</summary>
    public static BackgroundFailure? Of(IEnumerable<IHostedService> parts) => parts.OfType<BackgroundService>()
        .Where(part => part.ExecuteTask is { IsFaulted: true })
        .Select(part => new BackgroundFailure(part.GetType().Name, part.ExecuteTask!.Exception!.GetBaseException()))
        .FirstOrDefault();
}
