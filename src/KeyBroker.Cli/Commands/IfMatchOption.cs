using System.CommandLine;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>--if-match: the change is for the state that its author saw, and for no later one.</summary>
internal static class IfMatchOption
{
    private static readonly Option<string?> s_tag = new("--if-match")
    {
        Description = "Only if it is still as 'show' gave it with this tag; * is any state",
        HelpName = "TAG",
    };

    public static Command TakesIfMatch(this Command command)
    {
        command.Options.Add(s_tag);
        return command;
    }

    /// <exception cref="UsageException">It is no entity tag.</exception>
    public static BrokerCall Put(Invocation call, BrokerCall request) => call.Get(s_tag) switch
    {
        null => request,
        "*" => request with { IfMatch = "*" },
        { } tag when tag.Trim('"') is { Length: > 0 } bare && bare.All(char.IsAsciiDigit) => request with { IfMatch = $"\"{bare}\"" },
        _ => throw new UsageException("a tag is the number that 'show' prints, or *"),
    };
}
