using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Admin;

/// <summary>admin keys create: for machines to use, where policies let them.</summary>
internal static class AdminKeyCreate
{
    public static Command Create(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var type = new Option<string>("--type") { Description = "What kind of key", DefaultValueFactory = _ => KeyType.Usual };
        type.AcceptOnlyFromAmong(KeyType.All);
        var protection = new Option<string?>("--protection") { Description = "tpm: used inside the TPM only; sealed: only the TPM can open it" };
        protection.AcceptOnlyFromAmong("tpm", "sealed");
        var residence = new Option<string?>("--residence") { Description = "local: never leaves this TPM; fleet: may move to another broker's" };
        residence.AcceptOnlyFromAmong("local", "fleet");
        var operations = new Option<string[]>("--operation") { Description = "What it may do; may be repeated; default by the type", HelpName = "VERB" };
        var exportable = new Option<bool>("--exportable") { Description = "Whether policies may let it out; never later" };
        var labels = Labels.Option();
        var once = new IdempotencyOption();
        var command = new Command("create", "Makes a key") { name, type, protection, residence, operations, exportable, labels };
        once.AddTo(command);
        return command
            .WithExamples("keybroker admin keys create web/signer --label team=web", "keybroker admin keys create web/records --type aes-256")
            .Runs(terminal, async call =>
            {
                var body = new JsonObject { ["name"] = call.Get(name), ["type"] = call.Get(type) };
                body.AddIfGiven("protection", call.Get(protection));
                body.AddIfGiven("residence", call.Get(residence));
                body.AddIfGiven("operations", call.Get(operations));
                body.AddIfGiven("exportable", call.Get(exportable) ? true : null);
                body.AddIfGiven("labels", Labels.Parse(call.Get(labels)));
                using var admin = call.Administration();
                var made = await admin.SendAsync(once.Put(call, new BrokerCall(HttpMethod.Post, "keys", body)), call.Cancelled);
                return call.Answer(made, () =>
                {
                    call.Terminal.Done("created");
                    KeyTable.PrintOne(call.Terminal, made);
                });
            });
    }
}
