using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeyBroker.Telemetry;

/// <summary>Log lines for machines: one JSON object each, whose encoder leaves no control character as it is.</summary>
internal sealed class JsonLineFormatter(TimeProvider time) : LineFormatter
{
    private const string Template = "{OriginalFormat}";

    public override void Write<TState>(in LogEntry<TState> logEntry, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", LogLevels.NameOf(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", LogText.OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
            WriteFields(json, logEntry.State);
            WriteContext(json, logEntry.Exception);
            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteFields<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            return;
        }

        json.WriteStartObject("fields");
        foreach (var (name, value) in fields)
        {
            if (name != Template)
            {
                WriteField(json, JsonNamingPolicy.CamelCase.ConvertName(name), value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number: json.WriteNumber(name, number); break;
            case bool truth: json.WriteBoolean(name, truth); break;
            default: json.WriteString(name, LogText.OneLine(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")); break;
        }
    }

    private static void WriteContext(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is not null)
        {
            json.WriteString("exception", LogText.OneLine(exception.ToString(), LogText.LongestException));
        }

        if (Spans.AreWanted && Activity.Current is { } span)
        {
            json.WriteString("traceId", span.TraceId.ToHexString());
        }
    }
}
