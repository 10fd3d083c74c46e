using System.Diagnostics.Metrics;

namespace KeyBroker.Telemetry;

/// <summary>What the database commits together, and how long that takes.</summary>
internal static class StoreInstruments
{
    private static readonly Histogram<int> s_size = BrokerMeter.Instance.CreateHistogram(
        "keybroker.store.commit.size", "{write}", "Writes that were committed together.", tags: null,
        new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });

    private static readonly Histogram<double> s_duration = BrokerMeter.Duration(
        "keybroker.store.commit.duration", "Time of a group of writes, until durable or refused.");

    public static void Committed(int size, TimeSpan time, bool isDurable)
    {
        s_size.Record(size);
        s_duration.Record(
            time.TotalSeconds, new KeyValuePair<string, object?>("outcome", isDurable ? "durable" : "refused"));
    }
}
