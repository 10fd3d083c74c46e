using System.CommandLine;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands;

/// <summary>admin keys: what keys there are; administrators do not use them.</summary>
internal static class AdminKeyCommands
{
    public static Command Create(Terminal terminal) => new("keys", "The keys this broker keeps") { List(terminal), Show(terminal) };

    private static Command List(Terminal terminal) => new Command("list", "Lists keys").Runs(terminal, async call =>
    {
        using var admin = call.Administration();
        var keys = await admin.ListAsync("keys", call.Cancelled);
        var json = new JsonObject { ["items"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) };
        return call.Answer(json, () => KeyTable.Print(call.Terminal, keys));
    });

    private static Command Show(Terminal terminal)
    {
        var name = KeyCommands.Name();
        return new Command("show", "Shows a key and its versions") { name }.Runs(terminal, async call =>
        {
            using var admin = call.Administration();
            var key = await admin.GetAsync($"keys/{Uri.EscapeDataString(call.Get(name))}", call.Cancelled);
            return call.Answer(key, () => KeyTable.PrintOne(call.Terminal, key));
        });
    }
}
