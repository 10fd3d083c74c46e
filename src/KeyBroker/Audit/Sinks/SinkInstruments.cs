using System.Diagnostics.Metrics;
using KeyBroker.Telemetry;

namespace KeyBroker.Audit;

/// <summary>Deliveries that sinks of the audit did not take.</summary>
internal static class SinkInstruments
{
    private static readonly Counter<long> s_failures = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.audit.sink.failures", "{delivery}", "Deliveries of audit records that a sink did not take.");

    public static void Failed(string sink) => s_failures.Add(1, new KeyValuePair<string, object?>("sink", sink));
}
