using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Commands.Secrets;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>key explain, secret explain: states and versions, and what this machine may do with it now.</summary>
internal static class ExplainCommand
{
    public static Command OfKeys(Terminal terminal) => Create(
        terminal, ("key", "web/signer"), KeyCommands.Name(), name => BrokerClient.KeyPath(name), KeyTable.PrintOne);

    public static Command OfSecrets(Terminal terminal) => Create(
        terminal, ("secret", "web/db-password"), SecretCommands.Name(), name => BrokerClient.SecretPath(name), SecretTable.PrintOne);

    private static Command Create(
        Terminal terminal, (string Noun, string Example) words, Argument<string> name, Func<string, string> pathOf,
        Action<Terminal, JsonObject> print) =>
        new Command("explain", $"Shows a {words.Noun} and what this machine may do with it now") { name }
            .WithExamples($"keybroker {words.Noun} explain {words.Example}")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var shown = await client.CallAsync(HttpMethod.Get, pathOf(call.Get(name)), null, call.Cancelled);
                return call.Answer(shown.Claims, () =>
                {
                    print(call.Terminal, shown.Result);
                    Explanation.PrintOwn(call.Terminal, shown.Result, shown.Claims["att"]);
                });
            });
}
