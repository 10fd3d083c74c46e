using System.Diagnostics.Metrics;
using KeyBroker.Audit;

namespace KeyBroker.Telemetry;

/// <summary>How well the audit log is covered, copied and housed, read when somebody looks.</summary>
internal sealed class AuditGauges
{
    public AuditGauges(IMeterFactory meters, CheckpointHealth checkpoints, StoreSpace space, AuditSinks sinks, AuditProgress progress)
    {
        var meter = meters.Create(BrokerMeter.Name);
        _ = meter.CreateObservableGauge(
            "keybroker.audit.checkpoint.late", () => checkpoints.IsLate ? 1 : 0, description: "1 while a checkpoint of the audit log is overdue.");
        _ = meter.CreateObservableGauge(
            "keybroker.audit.uncovered", () => progress.Uncovered, description: "Audit records that no checkpoint is over.");
        _ = meter.CreateObservableCounter(
            "keybroker.audit.checkpoint.failures", () => checkpoints.Failures, description: "Checkpoints that could not be made.");
        _ = meter.CreateObservableGauge(
            "keybroker.audit.sink.lag", () => sinks.Names.Select(Lag), description: "Audit records that a sink does not have yet.");
        _ = meter.CreateObservableGauge(
            "keybroker.store.free", () => space.Free, "By", "Free space on the disk of the database.");
        _ = meter.CreateObservableGauge(
            "keybroker.store.low", () => space.IsLow ? 1 : 0, description: "1 while that is less than KeyBroker:Audit:LowSpace.");

        Measurement<long> Lag(string sink) => new(progress.Behind(sink), new KeyValuePair<string, object?>("sink", sink));
    }
}
