using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Configuration;
using KeyBroker.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>TEL-4: a record is one line of bounded length, whatever is in it.</summary>
public sealed class LogLinesTests
{
    public static TheoryData<string> Hostile =>
    [
        "a\nb", "a\r\nb", "a\tb", "a\0b", "a\x1b[31mred\x1b[0m", "a\u009b31m", "a\u202eb", "a\u2028b", "a\u2066b", "a\u200bb",
        "a\ufeffb", "\ud800", "\udc00\ud800", new string('x', 1 << 20),
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_value_does_not_break_a_line(string value)
    {
        foreach (var line in new[] { Text(value), Json(value) })
        {
            Assert.EndsWith("\n", line, StringComparison.Ordinal);
            Assert.All(line[..^1], c => Assert.False(char.IsControl(c) || c is '\u202e' or '\u2028' or '\u2066' or '\u200b' or '\ufeff'));
            Assert.InRange(line.Length, 1, 64 * 1024);
        }
    }

    [Fact]
    public void Json_has_the_fields_by_name()
    {
        var line = JsonNode.Parse(Json("a\nb"))!;
        Assert.Equal("a\\nb", line["fields"]!["requestId"]!.GetValue<string>());
        Assert.Equal(200, line["fields"]!["status"]!.GetValue<int>());
        Assert.Equal("info", line["level"]!.GetValue<string>());
        Assert.Contains("InvalidOperationException", line["exception"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_character_comes_out_as_json()
    {
        for (var block = 0; block < 64; block++)
        {
            var characters = new string([.. Enumerable.Range(block * 1024, 1024).Select(code => (char)code)]);
            Assert.NotNull(JsonNode.Parse(Json(characters)));
        }
    }

    [Fact]
    public void Plain_text_stays_as_it_is() =>
        Assert.Equal("gr\u00fc\u00df \u65e5\u672c \\ \"x\"", LogText.OneLine("gr\u00fc\u00df \u65e5\u672c \\ \"x\""));

    [Fact]
    public void Another_format_than_text_or_json_stops_the_start()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("KeyBroker:LogFormat", (string?)"xml")]).Build();
        Assert.Throws<StartupException>(() => LogFormat.Read(configuration));
    }

    private static string Text(string value) => Write(new TextLineFormatter(TimeProvider.System), value);

    private static string Json(string value) => Write(new JsonLineFormatter(TimeProvider.System), value);

    private static string Write(LineFormatter formatter, string value)
    {
        KeyValuePair<string, object?>[] fields = [new("RequestId", value), new("Status", 200), new("{OriginalFormat}", "{RequestId} {Status}")];
        var writer = new StringWriter(new StringBuilder());
        formatter.Write(
            new LogEntry<KeyValuePair<string, object?>[]>(
                LogLevel.Information, "category", default, fields, new InvalidOperationException(value), (_, _) => value + " 200"),
            writer);
        return writer.ToString();
    }
}
