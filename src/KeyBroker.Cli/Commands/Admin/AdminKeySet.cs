using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin keys set: what is named is set, what is not stays.</summary>
internal sealed class AdminKeySet
{
    private readonly Option<string?> _period = new("--rotate-every") { Description = "A new version at this age, like 90d", HelpName = "DURATION" };
    private readonly Option<int?> _uses = new("--rotate-after") { Description = "A new version after so many encryptions, of an AES key", HelpName = "N" };
    private readonly Option<bool> _never = new("--no-rotation") { Description = "No new version by itself, but for what is safe; with the options above, by nothing else than those" };
    private readonly Option<int?> _least = new("--min-decrypt-version") { Description = "Older versions decrypt and verify no more", HelpName = "N" };
    private readonly Option<bool> _protect = new("--protect") { Description = "It is never destroyed; this cannot be taken back" };
    private readonly Option<bool> _keep = new("--not-exportable") { Description = "It never leaves again; this cannot be taken back" };
    private readonly Option<string[]> _labels = Labels.Option();
    private readonly Option<string[]> _withoutLabels = Labels.Without();

    public static Command Create(Terminal terminal) => new AdminKeySet().Command(terminal);

    private Command Command(Terminal terminal)
    {
        var name = KeyCommands.Name();
        return new Command("set", "Changes settings of a key") { name, _period, _uses, _never, _least, _protect, _keep, _labels, _withoutLabels }.TakesIfMatch()
            .WithExamples(
                "keybroker admin keys set web/signer --rotate-every 90d",
                "keybroker admin keys set web/records --no-rotation --rotate-after 1000000",
                "keybroker admin keys set web/records --min-decrypt-version 4 --label team=web",
                "keybroker admin keys set web/signer --protect")
            .Runs(terminal, call => AdminNoun.Key.SetAsync(call, call.Get(name), Change(call)));
    }

    /// <exception cref="UsageException">Nothing is named.</exception>
    private SettingsChange Change(Invocation call)
    {
        var rotation = new JsonObject();
        rotation.AddIfGiven("period", call.Get(_period));
        rotation.AddIfGiven("uses", call.Get(_uses));
        var body = new JsonObject();
        if (rotation.Count > 0 || call.Get(_never))
        {
            body["rotation"] = rotation.Count > 0 ? rotation : null;
        }

        body.AddIfGiven("minDecryptVersion", call.Get(_least));
        body.AddIfGiven("deletionProtection", call.Get(_protect) ? true : null);
        body.AddIfGiven("exportable", call.Get(_keep) ? false : null);
        body.AddIfGiven("labels", Labels.Parse(call.Get(_labels)));
        return body.Count > 0 || call.Get(_withoutLabels).Length > 0
            ? new SettingsChange(body) { WithoutLabels = call.Get(_withoutLabels), RotationIsWhole = call.Get(_never) }
            : throw new UsageException("say what to set: keybroker admin keys set --help");
    }
}
