using System.CommandLine;

namespace KeyBroker.Cli.Commands.Brokers;

/// <summary>broker: what the broker itself is, asked of its TPM.</summary>
internal static class BrokerCommands
{
    public static Command Create(Terminal terminal) => new("broker", "What the broker itself booted, by its TPM's word")
    {
        BrokerAttestCommand.Create(terminal),
        BrokerPinCommand.Create(terminal),
    };
}
