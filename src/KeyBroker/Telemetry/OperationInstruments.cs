using System.Diagnostics.Metrics;

namespace KeyBroker.Telemetry;

/// <summary>What became of operations and attestations.</summary>
internal static class OperationInstruments
{
    private static readonly Counter<long> s_operations = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.operations", description: "Operations by verb, outcome and problem code.");

    private static readonly Histogram<double> s_duration = BrokerMeter.Duration(
        "keybroker.operation.duration", "Time of an operation, its audit record included.");

    private static readonly Counter<long> s_attestations = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.attestations", description: "Attestations by outcome and first reason.");

    public static bool AreWanted => s_operations.Enabled || s_duration.Enabled || s_attestations.Enabled;

    public static void Ended(string operation, Ending ending, TimeSpan duration)
    {
        Count(operation, ending);
        s_duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));
    }

    /// <summary>Refused at the gate, before there was a message.</summary>
    public static void Refused(string operation, string code) =>
        Count(operation, new Ending(Ending.Denied, code, code));

    public static void Attested(Ending ending) => s_attestations.Add(
        1, new("outcome", ending.Outcome), new KeyValuePair<string, object?>("reason", ending.Reason));

    private static void Count(string operation, Ending ending) => s_operations.Add(
        1, new("operation", operation), new("outcome", ending.Outcome), new("code", ending.Code));
}
