using KeyBroker.Audit;

namespace KeyBroker.Hosting;

/// <summary>Whether the audit can be written now, and what is not well with it though nothing waits for that.</summary>
internal sealed class AuditReadiness(AuditLog log, RequiredSinks sinks, CheckpointHealth checkpoints, StoreSpace space)
{
    public bool IsCheckpointLate => checkpoints.IsLate;

    public bool IsSpaceLow => space.IsLow;

    public void Read() => _ = log.List(0, 1);

    public async Task<bool> IsUsableAsync() =>
        await log.CanAppendAsync(CancellationToken.None) && await Task.Run(sinks.AreUsable);
}
