using System.Buffers.Text;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Batches;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>A batch of calls whose results come encrypted to this machine's attested key, and are opened here.</summary>
/// <param name="use">The call.</param>
/// <param name="opened">The member of the answer's line that holds what was opened.</param>
internal sealed class HandOutBatch(KeyUse use, string opened)
{
    private readonly BatchOption _batch = new();

    public void AddTo(System.CommandLine.Command command) => _batch.AddTo(command);

    public bool IsGiven(Invocation call) => _batch.IsGiven(call);

    /// <param name="call">Of the command.</param>
    /// <param name="name">Of the key.</param>
    /// <param name="complete">Adds to an item what the options of the command say.</param>
    /// <param name="receipt">Keeps the receipts.</param>
    /// <param name="isSingle">Whether an option for a single call was given as well.</param>
    /// <exception cref="UsageException">It was.</exception>
    public async Task<int> RunAsync(
        Invocation call, string name, Func<JsonObject, JsonObject> complete, ReceiptOption receipt, bool isSingle)
    {
        if (isSingle)
        {
            throw new UsageException("--batch answers with lines of JSON: leave out options for a single call");
        }

        using var client = call.Client();
        var run = new BatchRun(call, client, use with { Complete = complete, Open = result => Open(client, result) })
        {
            Received = result => receipt.Keep(call, result),
        };
        return await _batch.ReadAsync(call, lines => run.SendAsync(BrokerClient.KeyPath(name, use.Verb), lines));
    }

    private JsonObject Open(BrokerClient client, JsonObject result)
    {
        var answer = new JsonObject { [opened] = Base64Url.EncodeToString(client.Open(result["jwe"]!.GetValue<string>())) };
        answer.AddIfGiven("wrapped", (string?)result["wrapped"]);
        return answer;
    }
}
