using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli.Commands.Verification;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.RelyingParties;

/// <summary>appraise: a relying party has a machine's evidence over its own nonce appraised, and checks what comes back.</summary>
internal sealed class AppraiseCommand
{
    private readonly Argument<string?> _evidence = new("evidence")
    {
        Description = "Evidence as 'keybroker attest --evidence' wrote it on the machine; - is standard input",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _newNonce = new("--new-nonce") { Description = "Make a nonce, for one machine and once, and do nothing else" };
    private readonly NonceOption _nonce = new("The nonce that the machine was given, which has to be in the evidence and in the result");
    private readonly ClientOptions _client = new();
    private readonly SigningKeyOptions _keys = new();
    private readonly ResultOutput _output = new();
    private readonly Option<string?> _issuer = new("--issuer") { Description = "The broker that it must be of; default --broker", HelpName = "URL" };

    private readonly Option<string?> _machine = new("--machine")
    {
        Description = "The machine that it must be about, by its id; without it any that the broker knows will do",
        HelpName = "ID",
    };

    private AppraiseCommand()
    {
    }

    public static Command Create(Terminal terminal)
    {
        var parts = new AppraiseCommand();
        var command = new Command("appraise", "Has a machine's evidence over our own nonce appraised; exit code 0 only if the result affirms and is to be believed")
        {
            parts._evidence, parts._newNonce, parts._nonce.Option, parts._machine, parts._issuer,
        };
        parts._client.AddTo(command);
        parts._keys.AddTo(command);
        parts._output.AddTo(command);
        return command
            .WithExamples(
                "keybroker appraise --new-nonce --out nonce",
                "keybroker attest --nonce nonce --evidence evidence.json",
                "keybroker appraise evidence.json --nonce nonce --client shop --secret-file shop.secret",
                "keybroker appraise evidence.json --nonce nonce --client shop --machine sha256-4be0... --signing-keys keys.json --ak broker.yaml --out ear.jwt")
            .Runs(terminal, parts.RunAsync);
    }

    private async Task<int> RunAsync(Invocation call)
    {
        if (call.Get(_newNonce))
        {
            return _output.Write(call, Encoding.ASCII.GetBytes(RelyingParty.NewNonce() + "\n"));
        }

        var evidence = call.Read(call.Get(_evidence) ?? throw new UsageException("name the file with the evidence, or ask for --new-nonce"));
        var nonce = _nonce.Read(call) ?? throw new UsageException("give the --nonce that the machine was given: without it evidence of any day would do");
        var credentials = _client.Read(call);
        using var party = Party(call, credentials);
        var asked = await BrokerAsync(call);
        var keys = await _keys.ReadAsync(call) ?? asked?.ResultKeys ?? ReceiptKeys.OfJwks(await party.JwksAsync(call.Cancelled));
        var expected = new AppraisalExpectations(call.Get(_issuer) ?? asked?.Broker.Issuer ?? party.Issuer, credentials.Id, nonce) { Machine = call.Get(_machine) ?? MachineIn(evidence) };
        var result = await party.AppraiseAsync(evidence, call.Cancelled);
        var appraisal = new AppraisalCheck(keys, expected, TimeProvider.System).Verify(result);
        _keys.SayWhatWasNotAsked(call, keys);
        if (call.Get(_machine) is null)
        {
            call.Terminal.ErrorDetail("which machine it is was not asked, and whoever was given the nonce may have given it to another: give --machine");
        }

        if (_output.IsGiven(call))
        {
            _ = _output.Write(call, Encoding.ASCII.GetBytes(result + "\n"));
        }

        return AppraisalText.Print(call, appraisal, result);
    }

    private static RelyingParty Party(Invocation call, ClientCredentials credentials)
    {
        try
        {
            return new RelyingParty(call.BrokerUrl(), credentials);
        }
        catch (FormatException inClear)
        {
            throw new UsageException(inClear.Message);
        }
    }

    // CLI-51. No evidence and no secret for a broker that is not the one that is required.
    private static async Task<AskedBroker?> BrokerAsync(Invocation call) => call.RequiredBroker() is { } requirement
        ? await BrokerAttestations.RequireAsync(call.BrokerUrl(), requirement, TimeProvider.System, call.Cancelled)
        : null;

    private static string MachineIn(byte[] evidence)
    {
        try
        {
            return StrictJson.ParseNode(evidence) is JsonObject json && json["machine"] is JsonValue value && value.TryGetValue<string>(out var machine)
                ? machine
                : throw new UsageException("the evidence does not say of which machine it is");
        }
        catch (JsonException)
        {
            throw new UsageException("the evidence is not JSON");
        }
    }
}
