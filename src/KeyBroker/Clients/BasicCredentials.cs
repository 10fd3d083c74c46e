using System.Text;
using KeyBroker.Attestation;

namespace KeyBroker.Clients;

/// <summary>Takes a client's id and secret out of the <c>Authorization</c> header (RFC 7617).</summary>
internal static class BasicCredentials
{
    private const string Scheme = "Basic ";
    private const int Longest = 1024;

    /// <exception cref="ClientRefusedException">token-missing, or token-invalid for anything but one Basic header.</exception>
    public static (string Id, string Secret) Of(HttpRequest request) => request.Headers.Authorization switch
    {
        [] => throw new ClientRefusedException(ProblemCodes.TokenMissing, "send Authorization: Basic with the client's id and secret"),
        [{ Length: <= Longest } value] when value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) => Parse(value[Scheme.Length..].Trim()),
        _ => throw Invalid(),
    };

    private static (string Id, string Secret) Parse(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var count))
        {
            throw Invalid();
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, count).Split(':', 2);
        return pair.Length == 2 ? (pair[0], pair[1]) : throw Invalid();
    }

    private static ClientRefusedException Invalid() => new(ProblemCodes.TokenInvalid, "the client is unknown, or its secret is another");
}
