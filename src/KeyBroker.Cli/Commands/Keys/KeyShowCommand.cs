using System.CommandLine;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key show.</summary>
internal static class KeyShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var version = KeyCommands.Version();
        var pem = new Option<bool>("--pem") { Description = "Print the public key of a version as PEM" };
        return new Command("show", "Shows a key and its versions") { name, version, pem }
            .WithExamples("keybroker key show web/signer", "keybroker key show web/signer --pem --version 1 > signer.pem")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var shown = await client.CallAsync(HttpMethod.Get, BrokerClient.KeyPath(call.Get(name)), null, call.Cancelled);
                if (call.Get(pem))
                {
                    call.Terminal.Block(PublicKeys.ToPem(KeyTable.Version(shown.Result, call.Get(version))));
                    return ExitCode.Done;
                }

                shown.Result["etag"] = shown.Tag;
                return call.Answer(shown.Claims, () => KeyTable.PrintOne(call.Terminal, shown.Result));
            });
    }
}
