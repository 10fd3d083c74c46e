using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>What a receipt is compared with: the request, a result kept apart, the machine, the broker.</summary>
internal sealed class ReceiptExpectationOptions
{
    private readonly Option<string?> _request = new("--request") { Description = "The body of the request, byte for byte as it was sent", HelpName = "FILE" };
    private readonly Option<string?> _result = new("--result") { Description = "The result as JSON, however it is written", HelpName = "FILE" };
    private readonly Option<string?> _audience = new("--audience") { Description = "The machine that it must be for", HelpName = "MACHINE" };
    private readonly Option<string?> _issuer = new("--issuer") { Description = "The broker that it must be of", HelpName = "URL" };

    public void AddTo(Command command)
    {
        command.Options.Add(_request);
        command.Options.Add(_result);
        command.Options.Add(_audience);
        command.Options.Add(_issuer);
    }

    public ReceiptExpectations Read(Invocation call) => new()
    {
        Request = call.Get(_request) is { } request ? InputFile.Read(request) : null,
        Result = call.Get(_result) is { } result ? ReadJson(result) : null,
        Audience = call.Get(_audience),
        Issuer = call.Get(_issuer),
    };

    private static JsonNode ReadJson(string path)
    {
        try
        {
            return StrictJson.ParseNode(InputFile.Read(path)) ?? throw new UsageException($"'{path}' holds no result");
        }
        catch (JsonException)
        {
            throw new UsageException($"'{path}' is not JSON");
        }
    }
}
