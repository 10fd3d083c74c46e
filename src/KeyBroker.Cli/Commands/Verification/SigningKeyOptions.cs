using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli.Commands.Audit;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>With which keys of the broker something is checked, and which TPM has to vouch for them.</summary>
/// <param name="aliases">Other names of <c>--signing-keys</c>.</param>
internal sealed class SigningKeyOptions(params string[] aliases)
{
    private readonly Option<string?> _jwks = Where("--jwks", "The broker's published keys");

    private readonly Option<string?> _signingKeys =
        Where("--signing-keys", "The broker's keys with their certification, as 'keybroker receipt keys' printed them", aliases);

    private readonly SignerOption _signer = new();

    public void AddTo(Command command)
    {
        command.Options.Add(_jwks);
        command.Options.Add(_signingKeys);
        _signer.AddTo(command);
    }

    /// <summary>Null where none are given.</summary>
    /// <exception cref="ReceiptException">key or attestation-key.</exception>
    /// <exception cref="UsageException">A file holds no keys, or there is a pin without what it is applied to.</exception>
    public async Task<ReceiptKeys?> ReadAsync(Invocation call)
    {
        var certified = call.Get(_signingKeys) is { } listed ? ReceiptKeys.OfSigningKeys(await ReadAsync(call, listed), SignerName(call)) : null;
        if (call.Get(_jwks) is not { } published)
        {
            return certified;
        }

        var plain = ReceiptKeys.OfJwks(await ReadAsync(call, published));
        return certified is null ? RefusePin(call, plain) : plain.CertifiedBy(certified);
    }

    /// <summary>The name of the attestation key that must have certified, or null.</summary>
    public string? SignerName(Invocation call) => _signer.Of(call)?.ToString();

    /// <summary>Nobody shall take a signature for more than it is.</summary>
    public void SayWhatWasNotAsked(Invocation call, ReceiptKeys keys)
    {
        if (!keys.AreCertified)
        {
            call.Terminal.ErrorDetail("whether a TPM vouched for the key was not asked: give --signing-keys");
        }
        else if (_signer.Of(call) is null)
        {
            call.Terminal.ErrorDetail($"certified by {keys.AttestationKey}; whose TPM that is was not asked: give --ak");
        }
    }

    private static Option<string?> Where(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = "URL|FILE" };

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
