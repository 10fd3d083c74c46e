using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Cli.Commands.Brokers;
using KeyBroker.Cli.Help;
using KeyBroker.Client;
using Base64Url = KeyBroker.Attestation.Evidence.Base64Url;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>verify broker-attestation: what a kept answer of a broker proves.</summary>
internal static class VerifyBrokerAttestationCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "An answer as 'keybroker broker attest --out' kept it" };
        var require = new Option<string?>("--require") { Description = "What the broker has to be: a file of kind Broker", HelpName = "FILE" };
        var nonce = new Option<string?>("--nonce") { Description = "What it must have been asked with; default what the file says", HelpName = "B64U" };
        return new Command("broker-attestation", "Shows what a kept answer of a broker proves; exit code 1 if it proves nothing") { file, require, nonce }
            .WithExamples(
                "keybroker verify broker-attestation broker.attestation.json",
                "keybroker verify broker-attestation broker.attestation.json --require broker.yaml --output json")
            .Runs(terminal, call => Verify(
                call, InputFile.Read(call.Get(file)), call.Get(require) is { } path ? BrokerRequirement.Load(path, InputFile.Read(path)) : null, NonceOf(call.Get(nonce))));
    }

    private static int Verify(Invocation call, byte[] kept, BrokerRequirement? requirement, byte[]? nonce)
    {
        try
        {
            var broker = KeptBroker.Check(kept, nonce).Broker;
            var reasons = requirement?.Check(broker, TimeProvider.System.GetUtcNow()) ?? [];
            return reasons.Count > 0 ? Refuse(call, reasons) : Accept(call, broker, isRequired: requirement is not null);
        }
        catch (BrokerRefusedException refused)
        {
            return Refuse(call, refused.Reasons);
        }
    }

    private static int Accept(Invocation call, VerifiedBroker broker, bool isRequired)
    {
        var json = BrokerDescription.ToJson(broker);
        json["valid"] = true;
        return call.Answer(json, () =>
        {
            BrokerDescription.Print(call.Terminal, broker);
            if (!isRequired)
            {
                call.Terminal.ErrorDetail("whose TPM that is, and whether its state is good, was not asked: give --require");
            }
        });
    }

    private static int Refuse(Invocation call, IReadOnlyList<Reason> reasons)
    {
        var json = new JsonObject
        {
            ["valid"] = false,
            ["reasons"] = new JsonArray([.. reasons.Select(reason => (JsonNode)ReasonJson.Of(reason))]),
        };
        call.Answer(json, () => reasons.ToList().ForEach(reason => call.Terminal.Error($"{reason.Code}: {reason.Message}")));
        return ExitCode.Denied;
    }

    private static byte[]? NonceOf(string? text) => text is null ? null
        : Base64Url.TryDecode(text)?.ToArray() ?? throw new UsageException("--nonce is not base64url");
}
