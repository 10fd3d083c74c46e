using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli;

/// <summary>One command as it was called: its values, its terminal, and the broker it talks to.</summary>
internal sealed class Invocation(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
{
    public Terminal Terminal { get; } = terminal;

    public CancellationToken Cancelled { get; } = cancellationToken;

    public bool WantsJson => parsed.GetValue(GlobalOptions.Output) == "json";

    public T Get<T>(Option<T> option) => parsed.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    public string Tpm => Get(GlobalOptions.Tpm);

    public BrokerClient Client() => new(new BrokerClientOptions
    {
        Broker = BrokerUrl(),
        StateFolder = Get(GlobalOptions.State),
        Tpm = Tpm,
    });

    public BrokerAdministration Administration() => new(Get(GlobalOptions.Socket));

    /// <summary>JSON where it was asked for, otherwise whatever a person reads best.</summary>
    public int Answer(JsonNode json, Action forPeople)
    {
        if (WantsJson)
        {
            Terminal.Json(json);
        }
        else
        {
            forPeople();
        }

        return ExitCode.Done;
    }

    private Uri BrokerUrl()
    {
        var text = Get(GlobalOptions.Broker);
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https")
            ? url
            : throw new UsageException($"'{text}' is not the URL of a broker");
    }
}
