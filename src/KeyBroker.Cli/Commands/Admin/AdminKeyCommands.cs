using System.CommandLine;
using System.Text.Json.Nodes;
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
            Show(terminal),
            AdminKeyChanges.Rotate(terminal),
            AdminKeyChanges.Activate(terminal),
            AdminKeyChanges.Suspend(terminal),
            AdminKeyChanges.Resume(terminal),
            AdminKeyChanges.Deactivate(terminal),
            AdminKeyEnds.Revoke(terminal),
            AdminKeyEnds.Destroy(terminal),
            AdminKeyChanges.Cancel(terminal),
            AdminKeyEnds.Hold(terminal),
            AdminKeyChanges.Unhold(terminal),
            AdminKeySet.Create(terminal),
        };
        keys.Aliases.Add("key");
        return keys;
    }

    /// <summary>Sends a verb, and shows the key as it is then.</summary>
    public static async Task<int> DoAsync(Invocation call, string name, (string Verb, string Done) what, JsonObject body)
    {
        using var admin = call.Administration();
        var key = await admin.PostAsync($"keys/{Uri.EscapeDataString(name)}/{what.Verb}", body, call.Cancelled);
        return call.Answer(key, () =>
        {
            call.Terminal.Done(what.Done);
            KeyTable.PrintOne(call.Terminal, key);
        });
    }

    private static Command List(Terminal terminal) => new Command("list", "Lists keys")
        .WithExamples("keybroker admin keys list", "keybroker admin keys list --output json")
        .Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var keys = await admin.ListAsync("keys", call.Cancelled);
            return call.Answer(Items.ToJson(keys), () => KeyTable.Print(call.Terminal, keys));
        });

    private static Command Show(Terminal terminal)
    {
        var name = KeyCommands.Name();
        return new Command("show", "Shows a key and its versions, also what is left of one that was destroyed") { name }
            .WithExamples("keybroker admin keys show web/signer")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var key = await admin.GetAsync($"keys/{Uri.EscapeDataString(call.Get(name))}", call.Cancelled);
                return call.Answer(key, () => KeyTable.PrintOne(call.Terminal, key));
            });
    }
}
