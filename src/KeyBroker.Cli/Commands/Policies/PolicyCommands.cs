using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>policy: writes, checks, tries and explains policies; most of it needs no broker.</summary>
internal static class PolicyCommands
{
    public static Command Create(Terminal terminal) => new("policy", "Writes, checks, tries and explains policy files")
    {
        PolicyValidateCommand.Create(terminal),
        PolicyTestCommand.Create(terminal),
        PolicyRecordCommand.Create(terminal),
        PolicyExplainCommand.Create(terminal),
        PolicyDiffCommand.Create(terminal),
        PolicyWhatIfCommand.Create(terminal),
        PolicyStatusCommand.Create(terminal),
    };

    /// <exception cref="UsageException">There is no such folder.</exception>
    /// <exception cref="PolicyException">The files are not a valid set.</exception>
    public static PolicySet Load(string directory) => PolicySet.Load(Existing(directory));

    /// <exception cref="UsageException">There is no such folder.</exception>
    public static string Existing(string directory) => Directory.Exists(directory)
        ? directory
        : throw new UsageException($"there is no folder '{directory}'");

    /// <summary>The files of a set by name, as the broker takes one that is not in force.</summary>
    public static JsonObject Files(PolicySet set) => new(set.Files.Select(file =>
        KeyValuePair.Create(file.Name, (JsonNode?)Encoding.UTF8.GetString(file.Content.Span))));
}
