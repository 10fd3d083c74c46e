using System.Net.Http.Headers;
using System.Text;

namespace KeyBroker.Client;

/// <summary>By what a broker's configuration knows a relying party: an id and a secret (RFC 7617).</summary>
public sealed class ClientCredentials
{
    private readonly string _secret;

    /// <exception cref="FormatException">No header could carry them.</exception>
    public ClientCredentials(string id, string secret)
    {
        if (id.Length == 0 || id.Contains(':', StringComparison.Ordinal) || secret.Length == 0)
        {
            throw new FormatException("a client has an id without a colon, and a secret");
        }

        (Id, _secret) = (id, secret);
    }

    public string Id { get; }

    internal AuthenticationHeaderValue ToHeader() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Id}:{_secret}")));
}
