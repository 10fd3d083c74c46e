using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Client;
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

    private static readonly JsonSerializerOptions s_compact = new() { Encoder = s_indented.Encoder };

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly IAnsiConsole _console;
    private readonly IAnsiConsole _errors;
    private readonly bool _errorIsFile;

    public Terminal(Stream input, Stream output, Stream error, bool outputIsFile, bool errorIsFile)
    {
        (_input, _output, OutputIsFile, _errorIsFile) = (input, output, outputIsFile, errorIsFile);
        OutputWriter = Writer(output);
        ErrorWriter = Writer(error);
        _console = Console(OutputWriter, outputIsFile);
        _errors = Console(ErrorWriter, errorIsFile);
        Aligns = !outputIsFile;
    }

    public TextWriter OutputWriter { get; }

    public TextWriter ErrorWriter { get; }

    public bool OutputIsFile { get; }

    /// <summary>Whether lists are aligned for the eye, or separated by tabs for programs.</summary>
    public bool Aligns { get; set; }

    /// <summary>How wide help may be.</summary>
    public int Width => _console.Profile.Width;

    /// <summary>The environment variables around the command.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    public static Terminal OfProcess() => new(
        System.Console.OpenStandardInput(),
        System.Console.OpenStandardOutput(),
        System.Console.OpenStandardError(),
        System.Console.IsOutputRedirected,
        System.Console.IsErrorRedirected)
    {
        Variable = Environment.GetEnvironmentVariable,
    };

    public byte[] ReadInput() => InputFile.Read(_input, "standard input", InputFile.Content);

    public Stream Input => _input;

    public TextReader InputReader() => new StreamReader(_input, Encoding.UTF8);

    /// <summary>Asks somebody to type a word; nobody is asked where nobody would see the question.</summary>
    public bool Confirms(string question, string word)
    {
        if (_errorIsFile)
        {
            return false;
        }

        ErrorWriter.Write(Clean(question));
        ErrorWriter.Flush();
        return InputReader().ReadLine()?.Trim() == word;
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

    /// <summary>One line of a file of JSON lines.</summary>
    public void JsonLine(JsonNode json) => OutputWriter.WriteLine(json.ToJsonString(s_compact));

    /// <summary>Good news, for a person.</summary>
    public void Done(string text) => Print($"[green]{Escape(text)}[/]");

    /// <summary>A line with colours; what comes from elsewhere in it went through <see cref="Escape"/>.</summary>
    public void Print(string markup) => _console.MarkupLine(markup);

    public void Heading(string text) => Print($"[bold]{Escape(text)}[/]");

    public void Fields(params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in fields)
        {
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            if (!Aligns)
            {
                Line($"{name}: {value}");
            }

            grid.AddRow($"[grey]{Escape(name)}[/]", Escape(value));
        }

        if (Aligns)
        {
            _console.Write(grid);
        }
    }

    public void Table(string[] columns, IEnumerable<string?[]> rows)
    {
        if (!Aligns)
        {
            OutputWriter.WriteLine(string.Join('\t', columns));
            rows.ToList().ForEach(row => OutputWriter.WriteLine(string.Join('\t', row.Select(cell => Clean(Shown(cell))))));
            return;
        }

        var table = new Table().Border(TableBorder.None);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn($"[bold]{Escape(column)}[/]"));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Escape(Shown(cell)))]);
        }

        _console.Write(table);
    }

    public void Error(string text) => _errors.MarkupLine($"[red]{Escape(text)}[/]");

    public void ErrorDetail(string text) => _errors.MarkupLine(Escape(text));

    /// <summary>Says what takes long, on a terminal only, and as long as it takes.</summary>
    /// <param name="work">May change what is said.</param>
    public Task<T> WorkAsync<T>(string what, Func<Action<string>, Task<T>> work) => _errorIsFile
        ? work(_ => { })
        : _errors.Status().StartAsync(Escape(what), status => work(text => status.Status(Escape(text))));

    /// <summary>What the broker or a file says may not steer the terminal.</summary>
    public static string Escape(string text) => Markup.Escape(Clean(text));

    private static string Shown(string? cell) => string.IsNullOrEmpty(cell) ? "-" : cell;

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private static IAnsiConsole Console(TextWriter writer, bool isFile)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isFile ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isFile ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isFile ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = isFile ? WidthOfFiles : console.Profile.Width;
        return console;
    }

    private static string Clean(string text) => PlainText.Visible(text);
}
