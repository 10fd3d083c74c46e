using System.CommandLine;
using KeyBroker.Cli.Help;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key list.</summary>
internal static class KeyListCommand
{
    public static Command Create(Terminal terminal) => new Command("list", "Lists the keys this machine may see")
        .WithExamples("keybroker key list", "keybroker key list --output json | jq -r '.items[].name'")
        .Runs(terminal, async call =>
        {
            using var client = call.Client();
            var keys = await client.ListAsync("/v1/keys", call.Cancelled);
            return call.Answer(Items.ToJson(keys), () => KeyTable.Print(call.Terminal, keys));
        });
}
