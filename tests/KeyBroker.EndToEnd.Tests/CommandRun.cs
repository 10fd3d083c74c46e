using System.Text;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Our command as it is called: arguments, environment and standard input in; exit code and texts out.</summary>
internal sealed record CommandRun
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string Input { get; init; } = "";

    public CancellationToken Cancelled { get; init; } = TestContext.Current.CancellationToken;

    public async Task<Ran> RunAsync(params string[] arguments)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(Input));
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var terminal = new Terminal(input, output, error, outputIsFile: true, errorIsFile: true)
        {
            Variable = name => Environment.GetValueOrDefault(name),
        };
        var exitCode = await CommandLine.RunAsync(arguments, terminal, Cancelled);
        return new Ran(exitCode, output.ToArray(), Encoding.UTF8.GetString(error.ToArray()));
    }
}
