using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>Finds the end of the audit log, which is served from its beginning: numbers have no gaps, so halving finds it.</summary>
internal static class AuditTail
{
    public static async Task<long> LastAsync(BrokerAdministration admin, CancellationToken cancellationToken)
    {
        var (low, high) = (0L, 1L);
        while (await HasAfterAsync(admin, high, cancellationToken))
        {
            (low, high) = (high, high * 2);
        }

        // There is something after low, or it is the beginning; there is nothing after high.
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = await HasAfterAsync(admin, middle, cancellationToken) ? (middle + 1, high) : (low, middle);
        }

        return high;
    }

    private static async Task<bool> HasAfterAsync(BrokerAdministration admin, long sequence, CancellationToken cancellationToken)
    {
        var after = sequence.ToString(CultureInfo.InvariantCulture);
        var page = await admin.GetAsync($"audit?limit=1&after={after}", cancellationToken);
        return page["items"] is JsonArray { Count: > 0 };
    }
}
