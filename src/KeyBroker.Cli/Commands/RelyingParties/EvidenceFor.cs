using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.RelyingParties;

/// <summary>attest --nonce --evidence: a quote for a relying party instead of one for the broker.</summary>
internal sealed class EvidenceFor
{
    private readonly Option<string?> _evidence = new("--evidence")
    {
        Description = "Send nothing: quote for --nonce, and write here the evidence that the relying party has appraised",
        HelpName = "FILE",
    };

    private readonly NonceOption _nonce = new("The nonce of a relying party that --evidence is for");

    public void AddTo(Command command)
    {
        command.Options.Add(_nonce.Option);
        command.Options.Add(_evidence);
    }

    /// <summary>Null where none was asked for.</summary>
    public int? Run(Invocation call, BrokerClient client, AttestationChoices choices) => (_nonce.Read(call), call.Get(_evidence)) switch
    {
        (null, null) => null,
        ({ } nonce, { } file) => Write(call, client.EvidenceFor(nonce, choices), file),
        _ => throw new UsageException("--nonce and --evidence go together"),
    };

    private static int Write(Invocation call, JsonObject evidence, string file)
    {
        File.WriteAllBytes(file, Encoding.UTF8.GetBytes(evidence.ToJsonString()));
        return call.Answer(new JsonObject { ["evidence"] = file }, () => call.Terminal.Done($"{file} is for the relying party whose nonce it is over"));
    }
}
