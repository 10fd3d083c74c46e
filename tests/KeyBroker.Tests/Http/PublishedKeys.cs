using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>A relying party that keeps the JWKS exactly as long as it may be kept, asks for no kid anew, and verifies by itself.</summary>
internal sealed class PublishedKeys(RunningBroker broker, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private Dictionary<string, JsonNode> _keys = [];
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    public int Fetches { get; private set; }

    /// <summary>The kid that signed; null where the kept keys do not verify it.</summary>
    public async Task<string?> VerifyAsync(string jws)
    {
        var keys = await KeptAsync();
        var parts = jws.Split('.');
        var kid = (string)JsonNode.Parse(Base64Url.Decode(parts[0]))!["kid"]!;
        if (!keys.TryGetValue(kid, out var jwk))
        {
            return null;
        }

        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.Decode((string)jwk["x"]!), Y = Base64Url.Decode((string)jwk["y"]!) },
        });
        return key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.Decode(parts[2]), HashAlgorithmName.SHA256) ? kid : null;
    }

    public void Dispose() => _fetching.Dispose();

    public async Task<IReadOnlyDictionary<string, JsonNode>> KeptAsync()
    {
        await _fetching.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (clock.GetUtcNow() >= _until)
            {
                using var answer = await broker.Tcp.GetAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);
                var jwks = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
                _keys = jwks["keys"]!.AsArray().ToDictionary(key => (string)key!["kid"]!, key => key!);
                (_until, Fetches) = (clock.GetUtcNow() + answer.Headers.CacheControl!.MaxAge!.Value, Fetches + 1);
            }

            return _keys;
        }
        finally
        {
            _ = _fetching.Release();
        }
    }
}
