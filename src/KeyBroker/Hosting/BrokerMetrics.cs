using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace KeyBroker.Hosting;

/// <summary>Counters in the text format of Prometheus; no label carries anything a caller chose.</summary>
internal sealed class BrokerMetrics(PoliciesInForce policies)
{
    private readonly ConcurrentDictionary<int, Count> _answers = new();

    public void Answered(int status) => _answers.GetOrAdd(status, _ => new Count()).Increment();

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append("# HELP keybroker_http_responses_total Answers by status.\n# TYPE keybroker_http_responses_total counter\n");
        foreach (var (status, count) in _answers.OrderBy(answer => answer.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"keybroker_http_responses_total{{status=\"{status}\"}} {count.Value}\n");
        }

        text.Append("# HELP keybroker_policies Policies in force.\n# TYPE keybroker_policies gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"keybroker_policies {policies.Current.Policies.Length}\n");
        text.Append("# HELP keybroker_policy_reload_failures_total Edits that were refused.\n");
        text.Append("# TYPE keybroker_policy_reload_failures_total counter\n");
        text.Append(CultureInfo.InvariantCulture, $"keybroker_policy_reload_failures_total {policies.Failures}\n");
        return text.ToString();
    }

    private sealed class Count
    {
        private long _value;

        public long Value => Interlocked.Read(ref _value);

        public void Increment() => Interlocked.Increment(ref _value);
    }
}
