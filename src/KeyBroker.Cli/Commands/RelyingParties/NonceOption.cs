using System.CommandLine;
using System.Text;
using KeyBroker.Client;
using Base64Url = KeyBroker.Attestation.Evidence.Base64Url;

namespace KeyBroker.Cli.Commands.RelyingParties;

/// <summary>A relying party's nonce: base64url, or a file that holds it.</summary>
internal sealed class NonceOption(string description)
{
    // APP-2, so that nobody quotes for nothing.
    private const int Shortest = 8;
    private const int Longest = 64;

    public Option<string?> Option { get; } = new("--nonce") { Description = description, HelpName = "NONCE|FILE" };

    /// <summary>Null where none is given.</summary>
    /// <exception cref="UsageException">It is no nonce.</exception>
    public string? Read(Invocation call)
    {
        if (call.Get(Option) is not { } given)
        {
            return null;
        }

        var text = File.Exists(given) ? Encoding.UTF8.GetString(InputFile.Read(given)).Trim() : given;
        return Base64Url.TryDecode(text) is { Length: >= Shortest and <= Longest }
            ? text
            : throw new UsageException($"--nonce takes {Shortest} to {Longest} bytes in base64url, or a file with them, as 'keybroker appraise --new-nonce' makes them");
    }
}
