using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>What an administrator does to a key or a secret and can take back.</summary>
internal static class AdminItemChanges
{
    public static Command Rotate(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var later = new Option<bool>("--later") { Description = "The new version waits until it is activated" };
        var (once, command) = (new IdempotencyOption(), new Command("rotate", "Makes the next version") { name, later });
        once.AddTo(command);
        return command.TakesIfMatch()
            .WithExamples("keybroker admin keys rotate web/signer", "keybroker admin keys rotate web/signer --later")
            .Runs(terminal, call => AdminNoun.Key.DoAsync(
                call, call.Get(name), ("rotate", "rotated"), new JsonObject { ["activate"] = !call.Get(later) }, once));
    }

    public static Command Activate(Terminal terminal) => OfVersion(
        terminal, AdminNoun.Key, "activate", "Makes a version that waits the primary one", ("activated", "the newest that waits"))
        .WithExamples("keybroker admin keys activate web/signer");

    public static Command Suspend(Terminal terminal, AdminNoun noun) => OfVersion(
        terminal, noun, "suspend", "Stops every use until it is resumed", ("suspended", $"the whole {noun.One}"))
        .WithExamples(noun.Call("suspend"), noun.Call("suspend", "--version 3"));

    public static Command Resume(Terminal terminal, AdminNoun noun) => OfVersion(
        terminal, noun, "resume", "Ends a suspension", ("resumed", $"the whole {noun.One}"))
        .WithExamples(noun.Call("resume"));

    public static Command Deactivate(Terminal terminal, AdminNoun noun) => OfVersion(
        terminal, noun, "deactivate", "Leaves a version only to what it served before", ("deactivated", "the primary one"))
        .WithExamples(noun.Call("deactivate"));

    public static Command Cancel(Terminal terminal, AdminNoun noun) => OfVersion(
        terminal, noun, "cancel", $"Takes a planned destruction back; the {noun.One} is suspended then", ("cancelled", $"the whole {noun.One}"))
        .WithExamples(noun.Call("cancel"));

    public static Command Unhold(Terminal terminal, AdminNoun noun)
    {
        var name = noun.Name();
        return new Command("unhold", "Lifts a legal hold") { name }.TakesIfMatch()
            .WithExamples(noun.Call("unhold"))
            .Runs(terminal, call => noun.DoAsync(call, call.Get(name), ("unhold", "lifted"), []));
    }

    /// <param name="otherwise">What is meant where no version is named.</param>
    internal static Option<int?> Version(string otherwise) => new("--version")
    {
        Description = $"One version; default {otherwise}",
        HelpName = "N",
    };

    private static Command OfVersion(
        Terminal terminal, AdminNoun noun, string verb, string description, (string Done, string Otherwise) words)
    {
        var (name, version) = (noun.Name(), Version(words.Otherwise));
        return new Command(verb, description) { name, version }.TakesIfMatch().Runs(terminal, call =>
        {
            var body = new JsonObject();
            body.AddIfGiven("version", call.Get(version));
            return noun.DoAsync(call, call.Get(name), (verb, words.Done), body);
        });
    }
}
