using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Policies;
using KeyBroker.Cli.Commands;
using KeyBroker.Cli.Configuration;
using KeyBroker.Client;

namespace KeyBroker.Cli;

/// <summary>One command as it was called: its values, its terminal, and the broker it talks to.</summary>
internal sealed class Invocation(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
{
    public Terminal Terminal { get; } = terminal;

    public CancellationToken Cancelled { get; } = cancellationToken;

    public Settings Settings { get; } = new(parsed, terminal.Variable);

    public bool WantsJson => Settings.Output.Value == GlobalOptions.Json;

    public T Get<T>(Option<T> option) => parsed.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    public string Tpm => Settings.Tpm.Value;

    /// <summary>A whole file, or standard input as '-'.</summary>
    public byte[] Read(string path) => path == "-" ? Terminal.ReadInput() : InputFile.Read(path);

    /// <summary>The lines of a file, or of standard input as '-'.</summary>
    public TextReader Lines(string path) => new LimitedLines(path == "-" ? Terminal.InputReader() : File.OpenText(path));

    public BrokerClient Client() => new(new BrokerClientOptions
    {
        Broker = BrokerUrl(),
        StateFolder = Settings.State.Value,
        Tpm = Tpm,
        Fresh = Get(FreshOption.Option),
        RequiredBroker = RequiredBroker(),
    });

    /// <summary>The requirement that was set, or null.</summary>
    /// <exception cref="PolicyException">The file is wrong.</exception>
    /// <exception cref="IOException">It cannot be read: then nothing is sent either.</exception>
    /// <exception cref="UsageException">A file is asked for and none is named: nobody asks for that on purpose.</exception>
    public BrokerRequirement? RequiredBroker() => Settings.RequireBroker switch
    {
        { Value.Length: > 0 } file => BrokerRequirement.Load(file.Value, InputFile.Read(file.Value)),
        { Origin: Setting.Default } => null,
        var empty => throw new UsageException($"'require-broker' is empty ({empty.Origin}): name a file, or leave it out"),
    };

    public BrokerAdministration Administration() => new(Settings.Socket.Value);

    /// <summary>JSON where it was asked for, otherwise whatever a person reads best.</summary>
    public int Answer(JsonNode json, Action forPeople)
    {
        if (WantsJson)
        {
            Terminal.Json(json);
        }
        else
        {
            // Who asks for a table gets one, also in a file.
            Terminal.Aligns |= Settings.Output.IsChosen;
            forPeople();
        }

        return ExitCode.Done;
    }

    /// <exception cref="UsageException">It is no URL.</exception>
    public Uri BrokerUrl()
    {
        var (_, text, origin) = Settings.Broker;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https")
            ? url
            : throw new UsageException($"'{text}' ({origin}) is not the URL of a broker");
    }
}
