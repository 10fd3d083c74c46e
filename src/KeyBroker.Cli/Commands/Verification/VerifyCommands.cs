using System.CommandLine;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>verify: checks what a broker gave away, without asking any broker.</summary>
internal static class VerifyCommands
{
    public static Command Create(Terminal terminal) => new("verify", "Checks what a broker gave away, without asking one")
    {
        VerifyKeyAttestationCommand.Create(terminal),
        VerifyBrokerAttestationCommand.Create(terminal),
        VerifyReceiptCommand.Create(terminal, "receipt", asksTheBroker: false),
        VerifyInclusionCommand.Create(terminal),
        VerifyConsistencyCommand.Create(terminal),
    };
}
