using System.CommandLine;
using System.Text;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.RelyingParties;

/// <summary>As which configured client of the broker a relying party asks; no secret stands on a command line.</summary>
internal sealed class ClientOptions
{
    private const string IdVariable = "KEYBROKER_CLIENT";
    private const string SecretVariable = "KEYBROKER_CLIENT_SECRET";

    private readonly Option<string?> _id = new("--client")
    {
        Description = $"The id that the broker's configuration knows us by ({IdVariable})",
        HelpName = "ID",
    };

    private readonly Option<string?> _secret = new("--secret-file")
    {
        Description = $"A file with the secret that goes with it; without it the variable {SecretVariable} has the secret",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_id);
        command.Options.Add(_secret);
    }

    /// <exception cref="UsageException">One of the two is missing, or is none.</exception>
    public ClientCredentials Read(Invocation call)
    {
        var id = call.Get(_id) ?? call.Terminal.Variable(IdVariable);
        var secret = call.Get(_secret) is { } file ? Encoding.UTF8.GetString(InputFile.Read(file)) : call.Terminal.Variable(SecretVariable);
        if (string.IsNullOrEmpty(id) || string.IsNullOrWhiteSpace(secret))
        {
            throw new UsageException(
                $"say who asks: --client (or {IdVariable}) and --secret-file (or {SecretVariable}), as KeyBroker:Clients of the broker has them");
        }

        try
        {
            return new ClientCredentials(id, secret.Trim());
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
