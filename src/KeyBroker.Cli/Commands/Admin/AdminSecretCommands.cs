using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Secrets;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin secrets: what secrets there are and what becomes of them; administrators read none.</summary>
internal static class AdminSecretCommands
{
    public static Command Create(Terminal terminal)
    {
        var noun = AdminNoun.Secret;
        var secrets = new Command(noun.Many, "The secrets this broker keeps")
        {
            List(terminal),
            noun.Show(terminal),
            noun.Explain(terminal),
            AdminItemChanges.Suspend(terminal, noun),
            AdminItemChanges.Resume(terminal, noun),
            AdminItemChanges.Deactivate(terminal, noun),
            AdminItemEnds.Revoke(terminal, noun),
            AdminItemEnds.Destroy(terminal, noun),
            AdminItemChanges.Cancel(terminal, noun),
            AdminItemEnds.Hold(terminal, noun),
            AdminItemChanges.Unhold(terminal, noun),
            Set(terminal),
        };
        secrets.Aliases.Add(noun.One);
        return secrets;
    }

    private static Command List(Terminal terminal) => new Command("list", "Lists secrets, without any value")
        .WithExamples("keybroker admin secrets list", "keybroker admin secrets list --output json")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var secrets = await admin.ListAsync("secrets", call.Cancelled);
            return call.Answer(Items.ToJson(secrets), () => SecretTable.Print(call.Terminal, secrets));
        });

    private static Command Set(Terminal terminal)
    {
        var name = SecretCommands.Name();
        var least = new Option<int?>("--min-version") { Description = "Older versions are released no more", HelpName = "N" };
        var protect = new Option<bool>("--protect") { Description = "It is never destroyed; this cannot be taken back" };
        var (labels, withoutLabels) = (Labels.Option(), Labels.Without());
        return new Command("set", "Changes settings of a secret") { name, least, protect, labels, withoutLabels }.TakesIfMatch()
            .WithExamples(
                "keybroker admin secrets set web/db-password --min-version 4 --label team=web",
                "keybroker admin secrets set web/db-password --protect")
            .Runs(terminal, call =>
            {
                var body = new JsonObject();
                body.AddIfGiven("minVersion", call.Get(least));
                body.AddIfGiven("deletionProtection", call.Get(protect) ? true : null);
                body.AddIfGiven("labels", Labels.Parse(call.Get(labels)));
                return body.Count > 0 || call.Get(withoutLabels).Length > 0
                    ? AdminNoun.Secret.SetAsync(call, call.Get(name), new SettingsChange(body) { WithoutLabels = call.Get(withoutLabels) })
                    : throw new UsageException("say what to set: keybroker admin secrets set --help");
            });
    }
}
