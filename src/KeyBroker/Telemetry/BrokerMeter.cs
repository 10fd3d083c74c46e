using System.Diagnostics.Metrics;

namespace KeyBroker.Telemetry;

/// <summary>The meter of all instruments. No label carries anything that a caller chose: specs/telemetry.md, TEL-1.</summary>
internal static class BrokerMeter
{
    public const string Name = "KeyBroker";

    /// <summary>For instruments of the process; what is read from one broker's parts is in <see cref="BrokerGauges"/>.</summary>
    public static readonly Meter Instance = new(Name);

    // From a command of a software TPM to the generation of a long RSA key in hardware.
    private static readonly InstrumentAdvice<double> s_durations = new()
    {
        HistogramBucketBoundaries =
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public static Histogram<double> Duration(string name, string description) =>
        Instance.CreateHistogram(name, "s", description, tags: null, s_durations);
}
