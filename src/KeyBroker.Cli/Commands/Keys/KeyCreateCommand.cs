using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key create.</summary>
internal static class KeyCreateCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var type = Choice<string>("--type", "What kind of key", KeyType.All);
        type.DefaultValueFactory = _ => KeyType.Usual;
        var protection = Choice<string?>(
            "--protection", "tpm: used inside the TPM only; sealed: only the TPM can open it, for use in memory", ["tpm", "sealed"]);
        var residence = Choice<string?>(
            "--residence", "local: never leaves this TPM; fleet: may move to another broker's", ["local", "fleet"]);
        var operations = new Option<string[]>("--operation")
        {
            Description = "What it may do, like sign; may be repeated; default by the type",
            HelpName = "VERB",
            AllowMultipleArgumentsPerToken = true,
        };
        operations.CompletionSources.Add(
            "sign", "verify", "encrypt", "decrypt", "mac", "mac-verify", "wrap", "unwrap", "data-key", "rewrap", "agree");
        var exportable = new Option<bool>("--exportable")
        {
            Description = "The private part may be released to an attested key; only with --protection sealed",
        };
        var (labels, once, receipt) = (Labels.Option(), new IdempotencyOption(), new ReceiptOption());
        var command = new Command("create", "Makes a key") { name, type, protection, residence, operations, exportable, labels };
        once.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples(
                "keybroker key create web/signer",
                "keybroker key create web/tls --type rsa-3072 --protection tpm --label team=web",
                "keybroker key create web/records --type aes-256 --operation encrypt --operation decrypt",
                "keybroker key create web/signer --idempotency-key deploy-17 --receipt signer.jwt")
            .Runs(terminal, async call =>
            {
                var body = new JsonObject { ["name"] = call.Get(name), ["type"] = call.Get(type) };
                body.AddIfGiven("protection", call.Get(protection));
                body.AddIfGiven("residence", call.Get(residence));
                body.AddIfGiven("operations", call.Get(operations));
                _ = call.Get(exportable) && body.TryAdd("exportable", true);
                body.AddIfGiven("labels", Labels.Parse(call.Get(labels)));
                using var client = call.Client();
                var request = receipt.Only(call, once.Put(call, new BrokerCall(HttpMethod.Post, "/v1/keys", body)));
                var made = await MakeAsync(call, client, request, call.Get(type));
                receipt.Keep(call, made);
                return call.Answer(made.Claims, () => KeyMade.Print(call.Terminal, "created", made));
            });
    }

    private static Task<BrokerResult> MakeAsync(Invocation call, BrokerClient client, BrokerCall request, string type) =>
        KeyType.TakesLong(type)
            ? call.Terminal.WorkAsync(
                $"The broker's TPM looks for the primes of an {type} key; this can take a minute",
                _ => client.CallAsync(request, call.Cancelled))
            : client.CallAsync(request, call.Cancelled);

    private static Option<T> Choice<T>(string name, string description, string[] values)
    {
        var option = new Option<T>(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
