using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>The machines a broker knows, to be found by id, by the beginning of one, or by name.</summary>
internal sealed class MachineNames(IReadOnlyList<JsonObject> machines)
{
    private const int ShortestBeginning = 4;

    public static async Task<MachineNames> OfAsync(BrokerAdministration admin, CancellationToken cancellationToken) =>
        new(await admin.ListAsync("machines", cancellationToken));

    /// <summary>The name, or the id where nobody knows one.</summary>
    public string? Of(string? id) =>
        (string?)machines.FirstOrDefault(machine => (string?)machine["machine"] == id)?["name"] ?? id;

    /// <exception cref="UsageException">None or several are meant.</exception>
    public string Find(string wanted)
    {
        var found = machines.Where(machine => IsMeant(machine, wanted)).Select(machine => (string)machine["machine"]!).ToList();
        return found switch
        {
            [var one] => one,
            // Whole, so the broker can say what it thinks of it.
            [] when wanted.StartsWith(Shortened.MachinePrefix, StringComparison.Ordinal) => wanted,
            [] => throw new UsageException($"no machine is '{wanted}': 'keybroker admin machines list' shows them"),
            _ => throw new UsageException($"{found.Count} machines are '{wanted}': give the id"),
        };
    }

    private static bool IsMeant(JsonObject machine, string wanted)
    {
        var beginning = wanted.StartsWith(Shortened.MachinePrefix, StringComparison.Ordinal) ? wanted : Shortened.MachinePrefix + wanted;
        return (string?)machine["name"] == wanted
            || (beginning.Length >= Shortened.MachinePrefix.Length + ShortestBeginning
                && ((string?)machine["machine"])?.StartsWith(beginning, StringComparison.Ordinal) == true);
    }
}
