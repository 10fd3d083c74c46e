using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.AuditLogs;
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
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
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

    public Task<SinkCursor> OpenAsync(SinkStart start, SinkCursor known) => Task.FromResult(known);

    public void Deliver(SinkBatch batch) => Send(
        [.. batch.Items().Select(item => item.Record is not null ? Record(item.Record) : Record(item.Checkpoint!, item.Behind))]);

    public void TakeBack()
    {
        // A collector forgets nothing; the next record has the same number and says what holds.
    }

    public void Probe() => Send([]);

    public void Dispose() => _http.Dispose();

    private JsonObject Record(AuditEntry entry) => Record(
        AuditRecord.At(entry.Record),
        _lines.Shown(entry),
        Attribute("keybroker.audit.seq", Number(entry.Sequence)),
        Attribute("keybroker.audit.previous", Text(Convert.ToHexStringLower(entry.Previous))),
        Attribute("keybroker.audit.hash", Text(Convert.ToHexStringLower(entry.Hash))));

    private static JsonObject Record(SignedCheckpoint signed, long behind)
    {
        var body = CheckpointBody.Parse(signed.Text);
        return Record(
            body.At.ToUnixTimeMilliseconds(),
            signed.ToJson().ToJsonString(s_relaxed),
            Attribute("keybroker.audit.checkpoint.size", Number(body.Size)),
            Attribute("keybroker.audit.checkpoint.counter", Number(body.Counter)),
            Attribute("keybroker.audit.checkpoint.behind", Number(behind)));
    }

    private static JsonObject Record(long atMilliseconds, string body, params JsonNode[] attributes) => new()
    {
        ["timeUnixNano"] = string.Create(CultureInfo.InvariantCulture, $"{atMilliseconds}000000"),
        ["severityNumber"] = Information,
        ["body"] = Text(body),
        ["attributes"] = new JsonArray(attributes),
    };

    private static JsonObject Number(long value) => new() { ["intValue"] = value.ToString(CultureInfo.InvariantCulture) };

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
