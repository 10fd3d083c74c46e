using System.CommandLine;
using System.Text;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Brokers;

/// <summary>broker attest: asks the broker's TPM, checks the answer, and keeps it.</summary>
internal static class BrokerAttestCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Option<string?>("--out") { Description = "Keep the answer in this file, for 'keybroker verify broker-attestation'", HelpName = "FILE" };
        return new Command("attest", "Asks what the broker's host booted, with a nonce of our own, and checks the answer") { file }
            .WithExamples("keybroker broker attest", "keybroker broker attest --out broker.attestation.json --require-broker broker.yaml")
            .Runs(terminal, async call =>
            {
                var asked = call.RequiredBroker() is { } requirement
                    ? await BrokerAttestations.RequireAsync(call.BrokerUrl(), requirement, TimeProvider.System, call.Cancelled)
                    : await BrokerAttestations.AskAsync(call.BrokerUrl(), withEndorsement: true, TimeProvider.System, call.Cancelled);
                if (call.Get(file) is { } path)
                {
                    await File.WriteAllBytesAsync(path, Encoding.UTF8.GetBytes(asked.ToJson().ToJsonString() + "\n"), call.Cancelled);
                }

                return call.Answer(BrokerDescription.ToJson(asked.Broker), () => BrokerDescription.Print(call.Terminal, asked.Broker));
            });
    }
}
