using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Configuration;

namespace KeyBroker.Audit;

/// <summary>
/// Log records of OTLP over HTTP in JSON. Not by the exporter of the OpenTelemetry package, which drops what it cannot send and
/// tells nobody: here a delivery counts when the collector has said that it took all of it.
/// </summary>
internal sealed class OtlpSink : IAuditSink, IDisposable
{
    private const int Information = 9;
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly SinkSettings _settings;
    private readonly AuditLines _lines;
    private readonly HttpClient _http;

    public OtlpSink(SinkSettings settings, AuditLines lines)
    {
        (_settings, _lines) = (settings, lines);

        // No proxy of the environment is between us and what is on this host.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !new Uri(settings.Target).IsLoopback };
        _http = new HttpClient(handler) { Timeout = s_patience, MaxResponseContentBufferSize = LongestAnswer };
    }

    public string Name => _settings.Name;

    public bool IsRequired => _settings.IsRequired;

    public long Open(AuditLog log, long known) => known;

    public void Deliver(IReadOnlyList<AuditEntry> entries) => Send([.. entries.Select(Record)]);

    public void TakeBack()
    {
        // A collector forgets nothing; the next record has the same number and says what holds.
    }

    public void Probe() => Send([]);

    public void Dispose() => _http.Dispose();

    private JsonObject Record(AuditEntry entry) => new()
    {
        ["timeUnixNano"] = string.Create(CultureInfo.InvariantCulture, $"{AuditRecord.At(entry.Record)}000000"),
        ["severityNumber"] = Information,
        ["body"] = Text(_lines.Shown(entry)),
        ["attributes"] = new JsonArray(
            Attribute("keybroker.audit.seq", new JsonObject { ["intValue"] = entry.Sequence.ToString(CultureInfo.InvariantCulture) }),
            Attribute("keybroker.audit.previous", Text(Convert.ToHexStringLower(entry.Previous))),
            Attribute("keybroker.audit.hash", Text(Convert.ToHexStringLower(entry.Hash)))),
    };

    private static JsonObject Text(string value) => new() { ["stringValue"] = value };

    private static JsonObject Attribute(string key, JsonObject value) => new() { ["key"] = key, ["value"] = value };

    private static JsonObject Body(JsonArray records) => new()
    {
        ["resourceLogs"] = new JsonArray(new JsonObject
        {
            ["resource"] = new JsonObject { ["attributes"] = new JsonArray(Attribute("service.name", Text("keybrokerd"))) },
            ["scopeLogs"] = new JsonArray(new JsonObject
            {
                ["scope"] = new JsonObject { ["name"] = "keybroker.audit" },
                ["logRecords"] = records,
            }),
        }),
    };

    private void Send(JsonArray records)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _settings.Target);
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(Body(records)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = _http.Send(request);
            Require(answer.IsSuccessStatusCode, $"the collector answered {(int)answer.StatusCode}");
            using var body = answer.Content.ReadAsStream();
            Require(TookAll(body), "the collector did not say that it took all");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or DeniedException)
        {
            throw new SinkException(Name, failure.Message, failure);
        }
    }

    /// <summary>A collector may take a part and say so with 200 (OTLP, partial success); what is not its form is no such word.</summary>
    /// <exception cref="DeniedException">It is no such form.</exception>
    private static bool TookAll(Stream body)
    {
        using var bytes = new MemoryStream();
        body.CopyTo(bytes);
        var said = StrictJson.OpenObject(StrictJson.Parse(bytes.ToArray())).Optional("partialSuccess");
        return said is not { ValueKind: not JsonValueKind.Null } partial
            || StrictJson.OpenObject(partial).Optional("rejectedLogRecords") is not { } rejected
            || rejected.ToString() == "0";
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SinkException(Name, otherwise);
        }
    }
}
