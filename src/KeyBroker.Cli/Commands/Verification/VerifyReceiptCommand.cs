using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>verify receipt, and receipt verify: what kept receipts say, and whether that is to be believed.</summary>
internal sealed class VerifyReceiptCommand
{
    private readonly Argument<string> _file = new("file") { Description = "Receipts, one a line; - is standard input" };
    private readonly SigningKeyOptions _keys = new("--keys");
    private readonly ReceiptExpectationOptions _expected = new();

    private VerifyReceiptCommand()
    {
    }

    /// <param name="asksTheBroker">Where no keys are given; otherwise that is a mistake.</param>
    public static Command Create(Terminal terminal, string name, bool asksTheBroker)
    {
        var parts = new VerifyReceiptCommand();
        var command = new Command(name, "Checks receipts and shows what they say; exit code 1 if one is not to be believed") { parts._file };
        parts._keys.AddTo(command);
        parts._expected.AddTo(command);
        var call = asksTheBroker ? "receipt verify" : "verify receipt";
        return command
            .WithExamples(
                $"keybroker {call} signer.jwt --signing-keys keys.json --ak 000b4f...",
                $"keybroker {call} signer.jwt --jwks https://keys.example.org/.well-known/jwks.json --request body.json")
            .Runs(terminal, invocation => parts.RunAsync(invocation, asksTheBroker));
    }

    private async Task<int> RunAsync(Invocation call, bool asksTheBroker)
    {
        try
        {
            var keys = await KeysAsync(call, asksTheBroker);
            _keys.SayWhatWasNotAsked(call, keys);
            return ReceiptReport.Print(call, new ReceiptCheck(keys, _expected.Read(call)), call.Get(_file));
        }
        catch (ReceiptException refused)
        {
            call.Answer(new JsonObject { ["items"] = new JsonArray(), ["reason"] = refused.Reason }, () => call.Terminal.Error(refused.Message));
            return ExitCode.Denied;
        }
    }

    private async Task<ReceiptKeys> KeysAsync(Invocation call, bool asksTheBroker) => await _keys.ReadAsync(call) ?? (asksTheBroker
        ? ReceiptKeys.OfSigningKeys(await ReceiptCheck.FetchKeysAsync(call.BrokerUrl(), call.Cancelled), _keys.SignerName(call))
        : throw new UsageException("give the keys: --signing-keys, --jwks or both"));
}
