using System.Buffers;
using System.Net.Http.Headers;

namespace KeyBroker.Verifiers;

/// <summary>The token towards a verifier (RFC 6750, 2.1), in a file that whoever renews it replaces.</summary>
internal static class BearerToken
{
    private static readonly SearchValues<char> s_letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <exception cref="UnusableAnswerException">The file holds none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<AuthenticationHeaderValue> ReadAsync(string file, CancellationToken cancellation)
    {
        var token = (await File.ReadAllTextAsync(file, cancellation)).Trim();
        return token.Length > 0 && !token.AsSpan().ContainsAnyExcept(s_letters)
            ? new AuthenticationHeaderValue("Bearer", token)
            : throw new UnusableAnswerException("our token for it is none");
    }
}
