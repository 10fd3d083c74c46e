using System.CommandLine;
using System.Runtime.CompilerServices;

namespace KeyBroker.Cli.Help;

/// <summary>Examples of a command, printed behind its help; a test parses every one of them.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> s_examples = [];

    public static Command WithExamples(this Command command, params string[] examples)
    {
        s_examples.Add(command, examples);
        return command;
    }

    public static IReadOnlyList<string> Of(Command command) =>
        s_examples.TryGetValue(command, out var examples) ? examples : [];
}
