using System.CommandLine;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin keys: what keys there are and what becomes of them; administrators do not use them.</summary>
internal static class AdminKeyCommands
{
    public static Command Create(Terminal terminal)
    {
        var keys = new Command("keys", "The keys this broker keeps")
        {
            AdminKeyCreate.Create(terminal),
            List(terminal),
            AdminNoun.Key.Show(terminal),
            AdminNoun.Key.Explain(terminal),
            AdminItemChanges.Rotate(terminal),
            AdminItemChanges.Activate(terminal),
            AdminItemChanges.Suspend(terminal, AdminNoun.Key),
            AdminItemChanges.Resume(terminal, AdminNoun.Key),
            AdminItemChanges.Deactivate(terminal, AdminNoun.Key),
            AdminItemEnds.Revoke(terminal, AdminNoun.Key),
            AdminItemEnds.Destroy(terminal, AdminNoun.Key),
            AdminItemChanges.Cancel(terminal, AdminNoun.Key),
            AdminItemEnds.Hold(terminal, AdminNoun.Key),
            AdminItemChanges.Unhold(terminal, AdminNoun.Key),
            AdminKeySet.Create(terminal),
        };
        keys.Aliases.Add("key");
        return keys;
    }

    private static Command List(Terminal terminal) => new Command("list", "Lists keys")
        .WithExamples("keybroker admin keys list", "keybroker admin keys list --output json")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var keys = await admin.ListAsync("keys", call.Cancelled);
            return call.Answer(Items.ToJson(keys), () => KeyTable.Print(call.Terminal, keys));
        });
}
