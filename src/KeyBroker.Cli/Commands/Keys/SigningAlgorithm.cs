using System.CommandLine;
using System.Security.Cryptography;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>--alg: what was given, or what fits the type of the key, which the broker is asked for.</summary>
internal sealed class SigningAlgorithm
{
    private readonly Option<string?> _option = new("--alg")
    {
        Description = "JOSE algorithm; default by the key's type: ES256, ES384, or PS256 for RSA",
        HelpName = "ALG",
    };

    public SigningAlgorithm() => _option.CompletionSources.Add("ES256", "ES384", "PS256", "RS256");

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <exception cref="UsageException">It cannot be known.</exception>
    public async Task<string> OfAsync(Invocation call, BrokerClient client, string name)
    {
        if (call.Get(_option) is { } given)
        {
            return given;
        }

        var key = await ShowAsync(call, client, name);
        return KeyType.Algorithm(key.Text("type"))
            ?? throw new UsageException($"'{name}' is of type {key.Text("type")}, which does not sign: 'keybroker key mac' perhaps");
    }

    /// <summary>The hash whose digest may stand for the message, where the algorithm has one of a fixed kind.</summary>
    public static HashAlgorithmName? Hash(string? alg) => alg switch
    {
        "ES256" or "RS256" or "PS256" => HashAlgorithmName.SHA256,
        "ES384" => HashAlgorithmName.SHA384,
        _ => null,
    };

    private static async Task<BrokerResult> ShowAsync(Invocation call, BrokerClient client, string name)
    {
        try
        {
            return await client.CallAsync(HttpMethod.Get, BrokerClient.KeyPath(name), null, call.Cancelled);
        }
        catch (BrokerException denied) when (denied.Problem.Code == "operation-denied")
        {
            throw new UsageException($"this machine may not read '{name}' to see its type: give --alg");
        }
    }
}
