using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Secrets;

/// <summary>secret get: the value comes as a JWE to the attested key and is opened here, or goes into the TPM to stay.</summary>
internal static class SecretGetCommand
{
    private const string ToTpm = "tpm";

    public static Command Create(Terminal terminal)
    {
        var name = SecretCommands.Name();
        var version = new Option<int?>("--version") { Description = "Version of the secret; default the newest", HelpName = "N" };
        var to = new Option<string?>("--to")
        {
            Description = "tpm: into this machine's own TPM, for 'keybroker secret open'; --out then names a folder",
        };
        to.AcceptOnlyFromAmong(ToTpm);
        var (output, receipt) = (new ResultOutput(), new ReceiptOption());
        var command = new Command("get", "Gets a secret; prints its bytes as they are") { name, version, to };
        output.AddTo(command);
        receipt.AddTo(command);
        return command
            .WithExamples(
                "keybroker secret get web/db-password",
                "keybroker secret get web/tls-key --version 2 --out tls.key --receipt release.jwt",
                "keybroker secret get web/disk-key --to tpm")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var (wanted, number) = (call.Get(name), call.Get(version));
                return call.Get(to) == ToTpm
                    ? await IntoTpmAsync(call, client, (wanted, number, output.PathOf(call)), receipt)
                    : await ToEncAsync(call, client, (wanted, number, output), receipt);
            });
    }

    private static async Task<int> ToEncAsync(
        Invocation call, BrokerClient client, (string Name, int? Version, ResultOutput Output) wanted, ReceiptOption receipt)
    {
        var body = new JsonObject { ["to"] = "enc" };
        body.AddIfGiven("version", wanted.Version);
        var released = await client.CallAsync(HttpMethod.Post, BrokerClient.SecretPath(wanted.Name, "release"), body, call.Cancelled);
        receipt.Keep(call, released);
        return call.WantsJson
            ? call.Answer(released.Claims, () => { })
            : wanted.Output.Write(call, client.Open(released.Text("jwe")));
    }

    private static async Task<int> IntoTpmAsync(
        Invocation call, BrokerClient client, (string Name, int? Version, string? Folder) wanted, ReceiptOption receipt)
    {
        var (released, secret) = await new SecretImporter(client).ReleaseAsync(wanted.Name, wanted.Version, call.Cancelled);
        receipt.Keep(call, released);
        var file = SecretCommands.Kept(call, wanted.Folder).Save(secret);
        return call.Answer(released.Claims, () =>
        {
            call.Terminal.Done("in the TPM");
            call.Terminal.Fields(
                ("secret", secret.Name), ("version", $"{secret.Version}"), ("registers", secret.Pcrs), ("file", file));
        });
    }
}
