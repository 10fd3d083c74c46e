using System.Diagnostics.Metrics;

namespace KeyBroker.Telemetry;

/// <summary>Answers over HTTP; durations by route are ASP.NET Core's own instrument.</summary>
internal static class HttpInstruments
{
    private static readonly Counter<long> s_responses = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.http.responses", description: "Answers by status and problem code.");

    private static readonly Counter<long> s_limited = BrokerMeter.Instance.CreateCounter<long>(
        "keybroker.http.rate_limited", description: "Requests refused because their source asked too much.");

    public static void Answered(int status, string code) => s_responses.Add(1, new("status", status), new("code", code));

    public static void RateLimited() => s_limited.Add(1);
}
