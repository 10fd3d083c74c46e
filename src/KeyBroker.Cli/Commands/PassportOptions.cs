using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>The two halves of an attestation by a remote verifier: the data it is asked about, and what it said.</summary>
internal sealed class PassportOptions
{
    public Option<string?> RuntimeData { get; } = new("--runtime-data")
    {
        Description = "Quote nothing: write here what a remote verifier's result has to be about; --enc software puts an encryption key into it",
        HelpName = "FILE",
    };

    public Option<string?> Result { get; } = new("--result")
    {
        Description = "Quote nothing: send this result of a remote verifier about the data that --runtime-data wrote last",
        HelpName = "FILE",
    };

    /// <summary>Null where neither was asked for.</summary>
    public async Task<int?> RunAsync(Invocation call, BrokerClient client, bool withEncryptionKey) => (call.Get(RuntimeData), call.Get(Result)) switch
    {
        (null, null) => null,
        ({ } file, null) => await BeginAsync(call, client, file, withEncryptionKey),
        (null, { } file) => await EndAsync(call, client, file),
        _ => throw new UsageException("--runtime-data and --result do not go together: the verifier comes in between"),
    };

    private static async Task<int> BeginAsync(Invocation call, BrokerClient client, string file, bool withEncryptionKey)
    {
        var bytes = await client.BeginPassportAsync(withEncryptionKey, call.Cancelled);
        await File.WriteAllBytesAsync(file, bytes, call.Cancelled);
        return call.Answer(new JsonObject { ["runtimeData"] = file }, () => call.Terminal.Done($"{file} is what the result has to be about"));
    }

    private static async Task<int> EndAsync(Invocation call, BrokerClient client, string file)
    {
        var token = await client.AttestByResultAsync(Encoding.UTF8.GetString(InputFile.Read(file)), call.Cancelled);
        var json = new JsonObject
        {
            ["expiresAt"] = token.ExpiresAt.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["policies"] = new JsonArray([.. token.Policies.Select(policy => (JsonNode)policy)]),
            ["caller"] = token.Caller,
        };
        return call.Answer(json, () => Print(call.Terminal, token));
    }

    private static void Print(Terminal terminal, AttestedToken token)
    {
        terminal.Done("attested");
        terminal.Fields(("caller", token.Caller), ("policies", string.Join(", ", token.Policies)), ("until", $"{token.ExpiresAt:u}"));
    }
}
