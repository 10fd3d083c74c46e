using System.CommandLine;
using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Batches;
using KeyBroker.Cli.Commands.Receipts;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>What every use of a key takes: the key, one input or a batch of them, and where the receipt goes.</summary>
internal sealed class KeyUseOptions(string textOption, string what)
{
    private readonly Argument<string> _name = KeyCommands.Name();
    private readonly InputOptions _input = new(textOption, what);
    private readonly BatchOption _batch = new();
    private readonly ReceiptOption _receipt = new();

    public string Name(Invocation call) => call.Get(_name);

    public bool KeepsReceipt(Invocation call) => _receipt.IsGiven(call);

    public bool IsBatch(Invocation call) => _batch.IsGiven(call);

    public byte[] Input(Invocation call) => _input.Read(call);

    /// <summary>The name comes first, what is particular to the command before the rest.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_name);
        _input.AddTo(command);
        _batch.AddTo(command);
        _receipt.AddTo(command);
    }

    public async Task<BrokerResult> CallAsync(Invocation call, BrokerClient client, KeyUse use, JsonObject item)
    {
        var path = BrokerClient.KeyPath(Name(call), use.Verb);
        var result = await client.CallAsync(HttpMethod.Post, path, use.Complete(item), call.Cancelled);
        _receipt.Keep(call, result);
        return result;
    }

    /// <exception cref="UsageException">An option for a single call was given as well.</exception>
    public Task<int> BatchAsync(Invocation call, BrokerClient client, KeyUse use, params bool[] single)
    {
        if (_input.IsGiven(call) || single.Contains(true))
        {
            throw new UsageException("--batch stands for the input, and answers with lines of JSON: leave out options for a single call");
        }

        var path = BrokerClient.KeyPath(Name(call), use.Verb);
        var run = new BatchRun(call, client, use) { Received = result => _receipt.Keep(call, result) };
        return _batch.ReadAsync(call, lines => run.SendAsync(path, lines));
    }

    /// <summary>A batch whose answers go into a file, behind those of an earlier run.</summary>
    /// <exception cref="UsageException">An option for a single call was given as well.</exception>
    public Task<int> AllAsync(Invocation call, BrokerClient client, KeyUse use, AnswerFile answers, TextReader lines)
    {
        if (_input.IsGiven(call) || _batch.IsGiven(call))
        {
            throw new UsageException("--all stands for the input: leave out the other ways to give it");
        }

        var run = new BatchRun(call, client, use)
        {
            Received = result => _receipt.Keep(call, result),
            Answered = answers.Add,
            ScreenIsFree = true,
            Pending = answers.Pending,
        };
        return run.SendAsync(BrokerClient.KeyPath(Name(call), use.Verb), lines);
    }
}
