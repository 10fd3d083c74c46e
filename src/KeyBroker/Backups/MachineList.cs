using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Administration;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Enrollments;

namespace KeyBroker.Backups;

/// <summary>The machines as JSON that people and other programs can read when nothing else is left.</summary>
internal static class MachineList
{
    private const int PageSize = 500;

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true };

    /// <exception cref="Storage.StoreIntegrityException">A machine's row was edited.</exception>
    public static byte[] Of(IDbConnection connection, MachineRecords records)
    {
        var list = new JsonArray();
        for (var page = records.List(connection, "", PageSize); page.Count > 0;
            page = records.List(connection, page[^1].Name, PageSize))
        {
            foreach (var machine in page)
            {
                list.Add(Of(machine.Open()));
            }
        }

        var document = new JsonObject { ["machines"] = list };
        return [.. JsonSerializer.SerializeToUtf8Bytes(document, s_readable), (byte)'\n'];
    }

    private static JsonObject Of(Machine machine)
    {
        var json = MachineJson.Of(machine);
        json["ek"] = Key(machine.EkPublic);
        json["ak"] = Key(machine.AkPublic);
        return json;
    }

    private static JsonObject? Key(byte[]? area) => area is null ? null : new JsonObject { ["public"] = Base64Url.Encode(area) };
}
