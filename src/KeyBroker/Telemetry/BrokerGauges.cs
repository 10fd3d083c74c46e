using System.Diagnostics.Metrics;
using KeyBroker.Hosting;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

namespace KeyBroker.Telemetry;

/// <summary>What is so now, read from the broker's parts when somebody looks.</summary>
internal sealed class BrokerGauges
{
    private static readonly TpmPriority[] s_lanes = [TpmPriority.Interactive, TpmPriority.Bulk, TpmPriority.Long];

    public BrokerGauges(IMeterFactory meters, BrokerVault vault, LockoutWatch lockout, PoliciesInForce policies)
    {
        var meter = meters.Create(BrokerMeter.Name);
        _ = meter.CreateObservableGauge(
            "keybroker.tpm.queue.depth", () => Depths(vault.Worker), description: "Units of work that wait for the TPM.");
        _ = meter.CreateObservableGauge(
            "keybroker.tpm.busy", () => vault.Worker.BusyFor?.TotalSeconds ?? 0, "s",
            "How long the unit of work that runs now has had the TPM; 0 where none does.");
        _ = meter.CreateObservableGauge(
            "keybroker.tpm.lockout", () => lockout.IsLockedOut ? 1 : 0, description: "1 while the TPM is in dictionary attack lockout.");
        _ = meter.CreateObservableGauge(
            "keybroker.keys.open", () => vault.OpenKeyCount, description: "Sealed keys that are open in memory.");
        _ = meter.CreateObservableGauge(
            "keybroker.policies", () => policies.Current.Policies.Length, description: "Policies in force.");
    }

    private static IEnumerable<Measurement<int>> Depths(TpmWorker worker) => s_lanes.Select(
        lane => new Measurement<int>(
            worker.Waiting(lane), new KeyValuePair<string, object?>("lane", TpmInstruments.NameOf(lane))));
}
