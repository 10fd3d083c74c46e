using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace KeyBroker.Cli.Help;

/// <summary>--help: what the parser knows of a command, then examples of it, then where more is told.</summary>
internal sealed class HelpWithExamples(HelpAction usual, Terminal terminal) : SynchronousCommandLineAction
{
    private const int WidestText = 120;

    public static void PutInto(RootCommand root, Terminal terminal)
    {
        var usual = new HelpAction { MaxWidth = Math.Min(terminal.Width, WidestText) };
        _ = root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Options.Add(new HelpOption("--help", "-h")
        {
            Description = "Show how to use it, with examples",
            Action = new HelpWithExamples(usual, terminal),
        });
    }

    public override int Invoke(ParseResult parseResult)
    {
        _ = usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (Examples.Of(command) is { Count: > 0 } examples)
        {
            terminal.Block("Examples:");
            examples.ToList().ForEach(example => terminal.Block($"  {example}"));
            terminal.Block("\n");
        }

        terminal.Block($"More: keybroker help {string.Join('|', Topics.Names)}");
        return ExitCode.Done;
    }
}
