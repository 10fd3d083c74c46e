using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Configuration;

namespace KeyBroker.Clients;

/// <summary>A configured relying party that showed its secret and may ask what it asks. It cannot exist otherwise.</summary>
internal sealed class AuthenticatedClient
{
    private static readonly byte[] s_nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private AuthenticatedClient(ClientSettings settings) => Settings = settings;

    public string Id => Settings.Id;

    /// <summary>As the audit names it.</summary>
    public string Name => NameOf(Id);

    internal ClientSettings Settings { get; }

    public static string NameOf(string id) => $"client:{id}";

    /// <exception cref="DeniedException">token-missing, token-invalid: no client; operation-denied: not this client.</exception>
    public static AuthenticatedClient Check(
        IReadOnlyDictionary<string, ClientSettings> known, (string Id, string Secret) shown, string permission)
    {
        // TOK-21. An unknown client takes as long as a wrong secret, and is told the same.
        var settings = known.GetValueOrDefault(shown.Id);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(shown.Secret));
        if (!CryptographicOperations.FixedTimeEquals(digest, settings?.SecretDigest ?? s_nobody) || settings is null)
        {
            throw new ClientRefusedException(ProblemCodes.TokenInvalid, "the client is unknown, or its secret is another");
        }

        return settings.Allowed.Contains(permission)
            ? new AuthenticatedClient(settings)
            : throw new DeniedException(ProblemCodes.OperationDenied, $"this client may not {permission}");
    }
}
