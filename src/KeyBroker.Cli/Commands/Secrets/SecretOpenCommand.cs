using System.CommandLine;
using System.Security.Cryptography;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Secrets;

/// <summary>secret open: what the TPM has taken in, without any broker.</summary>
internal static class SecretOpenCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = SecretCommands.Name();
        var from = new Option<string?>("--from") { Description = "The folder that 'secret get --to tpm --out' named", HelpName = "DIR" };
        var output = new ResultOutput();
        var command = new Command("open", "Opens a secret that is in this machine's TPM; needs no broker and no network") { name, from };
        output.AddTo(command);
        return command
            .WithExamples("keybroker secret open web/disk-key --out disk.key", "keybroker secret open web/disk-key --from /etc/secrets")
            .Runs(terminal, call =>
            {
                var value = SecretOpener.Open(call.Tpm, SecretCommands.Kept(call, call.Get(from)).Load(call.Get(name)));
                try
                {
                    return output.Write(call, value);
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(value);
                }
            });
    }
}
