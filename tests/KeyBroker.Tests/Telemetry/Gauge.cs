using System.Diagnostics.Metrics;
using System.Globalization;
using KeyBroker.Telemetry;
using KeyBroker.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace KeyBroker.Tests.Telemetry;

/// <summary>
/// Reads a gauge of one broker. What /metrics shows of it is the process's: of several brokers in one, as tests have them,
/// any may have spoken last.
/// </summary>
internal static class Gauge
{
    /// <returns>Each measurement with its labels, such as <c>verifier=asked 2</c>, or the number alone.</returns>
    public static IReadOnlyList<string> Read(RunningBroker broker, string name)
    {
        var owner = broker.Application.Services.GetRequiredService<IMeterFactory>();
        var read = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == BrokerMeter.Name && instrument.Name == name && instrument.Meter.Scope == owner)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, labels, _) => Add(value, labels));
        listener.SetMeasurementEventCallback<long>((_, value, labels, _) => Add(value, labels));
        listener.Start();
        listener.RecordObservableInstruments();
        return read;

        void Add(long value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
            read.Add(string.Join(' ', [.. labels.ToArray().Select(label => $"{label.Key}={label.Value}"), value.ToString(CultureInfo.InvariantCulture)]));
    }
}
