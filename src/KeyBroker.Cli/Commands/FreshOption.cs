using System.CommandLine;

namespace KeyBroker.Cli.Commands;

/// <summary>--fresh: a quote for the very request, where a grant demands one.</summary>
internal static class FreshOption
{
    public static Option<bool> Option { get; } = new("--fresh")
    {
        Description = "Attest for each request anew, as grants with 'freshness' may demand",
        Recursive = true,
    };

    /// <summary>Every command below takes it.</summary>
    public static Command TakesFresh(this Command command)
    {
        command.Options.Add(Option);
        return command;
    }
}
