using System.Diagnostics.Metrics;
using KeyBroker.Tpm.Commands;
using KeyBroker.TpmAccess;

namespace KeyBroker.Telemetry;

/// <summary>How long work waits for the TPM and has it, and how often the TPM was lost.</summary>
internal static class TpmInstruments
{
    private static readonly Histogram<double> s_wait = BrokerMeter.Duration(
        "keybroker.tpm.wait.duration", "Time that a unit of work waited for the TPM.");

    private static readonly Histogram<double> s_work = BrokerMeter.Duration(
        "keybroker.tpm.work.duration", "Time that a unit of work had the TPM.");

    private static readonly Histogram<double> s_command = BrokerMeter.Duration(
        "keybroker.tpm.command.duration", "Time of one TPM command, its repetitions included.");

    private static readonly Counter<long> s_refused = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.tpm.refused", description: "Units of work that found the queue full or closed.");

    private static readonly Counter<long> s_reconnects = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.tpm.reconnects", description: "What was found behind a lost connection to the TPM: the same, a reset one, another, none.");

    private static readonly Counter<long> s_objects = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.tpm.objects", description: "Objects that were needed, by where they were: loaded, in a saved context, none of both.");

    public static bool CommandsAreWanted => s_command.Enabled;

    public static string NameOf(TpmPriority lane) => lane switch
    {
        TpmPriority.Interactive => "interactive",
        TpmPriority.Bulk => "bulk",
        _ => "long",
    };

    public static void Waited(TpmPriority lane, TimeSpan time) =>
        s_wait.Record(time.TotalSeconds, new KeyValuePair<string, object?>("lane", NameOf(lane)));

    public static void Served(TpmPriority lane, TimeSpan time) =>
        s_work.Record(time.TotalSeconds, new KeyValuePair<string, object?>("lane", NameOf(lane)));

    public static void Executed(TpmCommandCode command, TimeSpan time) =>
        s_command.Record(time.TotalSeconds, new KeyValuePair<string, object?>("command", command.ToString()));

    public static void Refused(TpmPriority lane) =>
        s_refused.Add(1, new KeyValuePair<string, object?>("lane", NameOf(lane)));

    /// <param name="found"><c>same</c>, <c>reset</c>, <c>another</c> or <c>none</c>.</param>
    public static void Reconnected(string found) =>
        s_reconnects.Add(1, new KeyValuePair<string, object?>("found", found));

    /// <param name="where"><c>loaded</c>, <c>context</c> or <c>none</c>.</param>
    public static void ObjectFound(string where) =>
        s_objects.Add(1, new KeyValuePair<string, object?>("where", where));
}
