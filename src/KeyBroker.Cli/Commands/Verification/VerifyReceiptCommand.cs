using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli.Commands.Audit;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>verify receipt, and receipt verify: what kept receipts say, and whether that is to be believed.</summary>
internal sealed class VerifyReceiptCommand
{
    private readonly Argument<string> _file = new("file") { Description = "Receipts, one a line; - is standard input" };
    private readonly Option<string?> _jwks = Where("--jwks", "The broker's published keys");
    private readonly Option<string?> _signingKeys = Where("--signing-keys", "The broker's keys with their certification, as 'keybroker receipt keys' printed them", "--keys");
    private readonly SignerOption _signer = new();
    private readonly ReceiptExpectationOptions _expected = new();

    private VerifyReceiptCommand()
    {
    }

    /// <param name="asksTheBroker">Where no keys are given; otherwise that is a mistake.</param>
    public static Command Create(Terminal terminal, string name, bool asksTheBroker)
    {
        var parts = new VerifyReceiptCommand();
        var command = new Command(name, "Checks receipts and shows what they say; exit code 1 if one is not to be believed")
        {
            parts._file, parts._jwks, parts._signingKeys,
        };
        parts._signer.AddTo(command);
        parts._expected.AddTo(command);
        var call = asksTheBroker ? "receipt verify" : "verify receipt";
        return command
            .WithExamples(
                $"keybroker {call} signer.jwt --signing-keys keys.json --ak 000b4f...",
                $"keybroker {call} signer.jwt --jwks https://keys.example.org/.well-known/jwks.json --request body.json")
            .Runs(terminal, invocation => parts.RunAsync(invocation, asksTheBroker));
    }

    private static Option<string?> Where(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = "URL|FILE" };

    private async Task<int> RunAsync(Invocation call, bool asksTheBroker)
    {
        try
        {
            var keys = await KeysAsync(call, asksTheBroker);
            if (!keys.AreCertified)
            {
                call.Terminal.ErrorDetail("whether a TPM vouched for the key was not asked: give --signing-keys");
            }
            else if (_signer.Of(call) is null)
            {
                call.Terminal.ErrorDetail($"certified by {keys.AttestationKey}; whose TPM that is was not asked: give --ak");
            }

            return ReceiptReport.Print(call, new ReceiptCheck(keys, _expected.Read(call)), call.Get(_file));
        }
        catch (ReceiptException refused)
        {
            call.Answer(new JsonObject { ["items"] = new JsonArray(), ["reason"] = refused.Reason }, () => call.Terminal.Error(refused.Message));
            return ExitCode.Denied;
        }
    }

    private async Task<ReceiptKeys> KeysAsync(Invocation call, bool asksTheBroker)
    {
        var certified = call.Get(_signingKeys) is { } listed ? ReceiptKeys.OfSigningKeys(await ReadAsync(call, listed), _signer.Of(call)?.ToString()) : null;
        if (call.Get(_jwks) is { } published)
        {
            var plain = ReceiptKeys.OfJwks(await ReadAsync(call, published));
            return certified is null ? RefusePin(call, plain) : plain.CertifiedBy(certified);
        }

        return certified ?? (asksTheBroker
            ? ReceiptKeys.OfSigningKeys(await ReceiptCheck.FetchKeysAsync(call.BrokerUrl(), call.Cancelled), _signer.Of(call)?.ToString())
            : throw new UsageException("give the keys: --signing-keys, --jwks or both"));
    }

    private ReceiptKeys RefusePin(Invocation call, ReceiptKeys keys) => _signer.Of(call) is null
        ? keys
        : throw new UsageException("--ak is about the certification of a key: give --signing-keys too");

    private static async Task<JsonObject> ReadAsync(Invocation call, string where)
    {
        if (Uri.TryCreate(where, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return await ReceiptCheck.FetchAsync(address, call.Cancelled);
        }

        try
        {
            return StrictJson.ParseNode(InputFile.Read(where)) as JsonObject ?? throw new UsageException($"'{where}' holds no keys");
        }
        catch (JsonException)
        {
            throw new UsageException($"'{where}' is not JSON");
        }
    }
}
