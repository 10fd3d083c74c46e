using System.CommandLine;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>--idempotency-key: the same command again gives the first answer again.</summary>
internal sealed class IdempotencyOption
{
    private readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "Do this once: the same key within 24 h gives the first answer again",
        HelpName = "KEY",
    };

    public void AddTo(Command command) => command.Options.Add(_key);

    /// <exception cref="UsageException">It cannot travel in a header.</exception>
    public BrokerCall Put(Invocation call, BrokerCall request) => call.Get(_key) switch
    {
        null => request,
        { Length: > 0 } key when key.All(c => c is > ' ' and < (char)127) => request with { IdempotencyKey = key },
        _ => throw new UsageException("an idempotency key is made of printable ASCII characters without spaces"),
    };
}
