using System.CommandLine;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Secrets;

/// <summary>secret: put values under seal and get them back, encrypted to the attested key on their way.</summary>
internal static class SecretCommands
{
    public static Command Create(Terminal terminal) => new Command("secret", "Secrets that the broker keeps sealed")
    {
        SecretPutCommand.Create(terminal),
        SecretGetCommand.Create(terminal),
        SecretOpenCommand.Create(terminal),
        List(terminal),
        Show(terminal),
        ExplainCommand.OfSecrets(terminal),
    }.TakesFresh();

    internal static Argument<string> Name() => new("name") { Description = "Name of the secret, like web/db-password" };

    /// <summary>The secrets that the TPM has taken in: in this folder, or beside the machine's state.</summary>
    internal static SealedSecrets Kept(Invocation call, string? folder) =>
        folder is null ? SealedSecrets.Under(call.Settings.State.Value) : new SealedSecrets(folder);

    private static Command List(Terminal terminal) => new Command("list", "Lists the secrets this machine may see")
        .WithExamples("keybroker secret list")
        .Runs(terminal, async call =>
        {
            using var client = call.Client();
            var secrets = await client.ListAsync("/v1/secrets", call.Cancelled);
            return call.Answer(Items.ToJson(secrets), () => SecretTable.Print(call.Terminal, secrets));
        });

    private static Command Show(Terminal terminal)
    {
        var name = Name();
        return new Command("show", "Shows the versions of a secret, never its value") { name }
            .WithExamples("keybroker secret show web/db-password")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var shown = await client.CallAsync(HttpMethod.Get, BrokerClient.SecretPath(call.Get(name)), null, call.Cancelled);
                return call.Answer(shown.Claims, () => SecretTable.PrintOne(call.Terminal, shown.Result));
            });
    }
}
