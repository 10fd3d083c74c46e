using System.CommandLine;
using KeyBroker.Attestation.Policies.Loading;

namespace KeyBroker.Cli.Help;

/// <summary>The word that was probably meant.</summary>
internal static class Similar
{
    /// <summary>The verb or option of a command that is at most two edits from a word.</summary>
    public static string? To(string word, Command command) => Spelling.Nearest(
        word,
        command.Subcommands.Select(known => known.Name)
            .Concat(command.Options.Select(option => option.Name))
            .Concat(command.Parents.OfType<Command>().SelectMany(Above).Select(option => option.Name)));

    private static IEnumerable<Option> Above(Command command) => command.Options.Where(option => option.Recursive)
        .Concat(command.Parents.OfType<Command>().SelectMany(Above));
}
