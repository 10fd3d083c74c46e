using System.CommandLine;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin keys: what keys there are; administrators do not use them.</summary>
internal static class AdminKeyCommands
{
    public static Command Create(Terminal terminal) => new("keys", "The keys this broker keeps") { List(terminal), Show(terminal) };

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
        return new Command("show", "Shows a key and its versions") { name }
            .WithExamples("keybroker admin keys show web/signer")
            .Runs(terminal, async call =>
            {
                using var admin = call.Administration();
                var key = await admin.GetAsync($"keys/{Uri.EscapeDataString(call.Get(name))}", call.Cancelled);
                return call.Answer(key, () => KeyTable.PrintOne(call.Terminal, key));
            });
    }
}
