using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>What an administrator does to a key and can take back.</summary>
internal static class AdminKeyChanges
{
    public static Command Rotate(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var later = new Option<bool>("--later") { Description = "The new version waits until it is activated" };
        return new Command("rotate", "Makes the next version") { name, later }
            .WithExamples("keybroker admin keys rotate web/signer", "keybroker admin keys rotate web/signer --later")
            .Runs(terminal, call => AdminKeyCommands.DoAsync(
                call, call.Get(name), ("rotate", "rotated"), new JsonObject { ["activate"] = !call.Get(later) }));
    }

    public static Command Activate(Terminal terminal) => OfVersion(
        terminal, "activate", "Makes a version that waits the primary one", "activated", "the newest that waits")
        .WithExamples("keybroker admin keys activate web/signer");

    public static Command Suspend(Terminal terminal) => OfVersion(
        terminal, "suspend", "Stops every use until it is resumed", "suspended", "the whole key")
        .WithExamples("keybroker admin keys suspend web/signer", "keybroker admin keys suspend web/signer --version 3");

    public static Command Resume(Terminal terminal) => OfVersion(
        terminal, "resume", "Ends a suspension", "resumed", "the whole key")
        .WithExamples("keybroker admin keys resume web/signer");

    public static Command Deactivate(Terminal terminal) => OfVersion(
        terminal, "deactivate", "Leaves a version only to decrypt and verify", "deactivated", "the primary one")
        .WithExamples("keybroker admin keys deactivate web/signer");

    public static Command Cancel(Terminal terminal) => OfVersion(
        terminal, "cancel", "Takes a planned destruction back; the key is suspended then", "cancelled", "the whole key")
        .WithExamples("keybroker admin keys cancel web/signer");

    public static Command Unhold(Terminal terminal)
    {
        var name = KeyCommands.Name();
        return new Command("unhold", "Lifts a legal hold") { name }
            .WithExamples("keybroker admin keys unhold web/signer")
            .Runs(terminal, call => AdminKeyCommands.DoAsync(call, call.Get(name), ("unhold", "lifted"), []));
    }

    /// <param name="otherwise">What is meant where no version is named.</param>
    internal static Option<int?> Version(string otherwise) => new("--version")
    {
        Description = $"One version of the key; default {otherwise}",
        HelpName = "N",
    };

    private static Command OfVersion(Terminal terminal, string verb, string description, string done, string otherwise)
    {
        var (name, version) = (KeyCommands.Name(), Version(otherwise));
        return new Command(verb, description) { name, version }.Runs(terminal, call =>
        {
            var body = new JsonObject();
            body.AddIfGiven("version", call.Get(version));
            return AdminKeyCommands.DoAsync(call, call.Get(name), (verb, done), body);
        });
    }
}
