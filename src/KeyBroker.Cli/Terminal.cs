using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace KeyBroker.Cli;

/// <summary>Where a command reads and writes. Colour only on a terminal, and never a control character of somebody else's.</summary>
internal sealed class Terminal
{
    private const int WidthOfFiles = 1000;

    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly IAnsiConsole _console;
    private readonly IAnsiConsole _errors;

    public Terminal(Stream input, Stream output, Stream error, bool outputIsFile, bool errorIsFile)
    {
        (_input, _output) = (input, output);
        OutputWriter = Writer(output);
        ErrorWriter = Writer(error);
        _console = Console(OutputWriter, outputIsFile);
        _errors = Console(ErrorWriter, errorIsFile);
    }

    public TextWriter OutputWriter { get; }

    public TextWriter ErrorWriter { get; }

    public static Terminal OfProcess() => new(
        System.Console.OpenStandardInput(),
        System.Console.OpenStandardOutput(),
        System.Console.OpenStandardError(),
        System.Console.IsOutputRedirected,
        System.Console.IsErrorRedirected);

    public byte[] ReadInput()
    {
        using var content = new MemoryStream();
        _input.CopyTo(content);
        return content.ToArray();
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _output.Flush();
    }

    public void Line(string text) => OutputWriter.WriteLine(Clean(text));

    /// <summary>Text of several lines, made here.</summary>
    public void Block(string text) => OutputWriter.WriteLine(text.TrimEnd('\n'));

    public void Json(JsonNode json) => OutputWriter.WriteLine(json.ToJsonString(s_indented));

    /// <summary>Good news, for a person.</summary>
    public void Done(string text) => _console.MarkupLine($"[green]{Escape(text)}[/]");

    public void Fields(params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap());
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                grid.AddRow($"[grey]{Escape(name)}[/]", Escape(value));
            }
        }

        _console.Write(grid);
    }

    public void Table(string[] columns, IEnumerable<string?[]> rows)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn($"[bold]{Escape(column)}[/]").NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Escape(cell ?? "-"))]);
        }

        _console.Write(table);
    }

    public void Error(string text) => _errors.MarkupLine($"[red]{Escape(text)}[/]");

    public void ErrorDetail(string text) => _errors.MarkupLine(Escape(text));

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private static IAnsiConsole Console(TextWriter writer, bool isFile)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isFile ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isFile ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = isFile ? WidthOfFiles : console.Profile.Width;
        return console;
    }

    private static string Escape(string text) => Markup.Escape(Clean(text));

    /// <summary>What the broker or a file says may not steer the terminal.</summary>
    private static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
}
