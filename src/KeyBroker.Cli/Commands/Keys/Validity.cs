using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>Says whether what was to be verified is valid, in a word and in the exit code.</summary>
internal static class Validity
{
    public static int Answer(Invocation call, KeyUse use, BrokerResult result)
    {
        var valid = use.Holds(result.Result);
        var word = valid ? "[green]valid[/]" : "[red]not valid[/]";
        call.Answer(result.Claims, () => call.Terminal.Print(word));
        return valid ? ExitCode.Done : ExitCode.Denied;
    }
}
