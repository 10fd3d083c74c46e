using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Policies;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Brokers;

/// <summary>broker pin: writes down what a broker that is trusted now is, as what is required of it from now on.</summary>
internal static class BrokerPinCommand
{
    private const string UsualRegisters = "sha256:0-7";

    public static Command Create(Terminal terminal)
    {
        var name = new Option<string>("--name") { Description = "What the file is called in it", DefaultValueFactory = _ => "broker" };
        var pcrs = new Option<string?>("--pcrs")
        {
            Description = $"Registers that have to stay as they are, of those that the broker quotes; default {UsualRegisters}",
            HelpName = "SELECTION",
        };
        var endorsement = new Option<bool>("--endorsement")
        {
            Description = "Require the endorsement key of its TPM as well, which is shown each time by a second question",
        };
        var output = new PolicyFileOutput();
        var command = new Command("pin", "Writes a file for --require-broker from what the broker is now, which somebody has to know to be good")
        {
            name, pcrs, endorsement,
        };
        output.AddTo(command);
        return command
            .WithExamples("keybroker broker pin --out broker.yaml", "keybroker broker pin --pcrs sha256:0,4,7 --endorsement --out broker.yaml")
            .Runs(terminal, async call =>
            {
                var asked = await BrokerAttestations.AskAsync(call.BrokerUrl(), call.Get(endorsement), TimeProvider.System, call.Cancelled);
                var text = BrokerFileText.Of(asked.Broker, call.Get(name), LocalTpm.IndicesOf(call.Get(pcrs) ?? UsualRegisters));
                return output.Write(call, Encoding.UTF8.GetBytes(text), new JsonObject { ["file"] = text });
            });
    }
}
