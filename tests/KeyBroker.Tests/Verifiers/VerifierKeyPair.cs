using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Tests.Verifiers;

/// <summary>A key that a verifier signs with, as it is published and as it is used.</summary>
public sealed class VerifierKeyPair : IDisposable
{
    private readonly ECDsa? _ecdsa;
    private readonly RSA? _rsa;

    private VerifierKeyPair(string kid, string algorithm, ECDsa? ecdsa, RSA? rsa) => (Kid, Algorithm, _ecdsa, _rsa) = (kid, algorithm, ecdsa, rsa);

    public string Kid { get; }

    public string Algorithm { get; }

    public AsymmetricAlgorithm Key => (AsymmetricAlgorithm?)_rsa ?? _ecdsa!;

    public static VerifierKeyPair Es256(string kid) => new(kid, "ES256", ECDsa.Create(ECCurve.NamedCurves.nistP256), null);

    public static VerifierKeyPair Rsa(string kid, string algorithm) => new(kid, algorithm, null, RSA.Create(2048));

    public JsonObject Jwk()
    {
        var jwk = new JsonObject { ["kid"] = Kid, ["use"] = "sig", ["alg"] = Algorithm };
        if (_rsa is not null)
        {
            var key = _rsa.ExportParameters(false);
            (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", Base64Url.Encode(key.Modulus), Base64Url.Encode(key.Exponent));
            return jwk;
        }

        var point = _ecdsa!.ExportParameters(false).Q;
        (jwk["kty"], jwk["crv"], jwk["x"], jwk["y"]) = ("EC", "P-256", Base64Url.Encode(point.X), Base64Url.Encode(point.Y));
        return jwk;
    }

    /// <summary>A compact JWS with a header as it has to be, changed as asked.</summary>
    public string Sign(JsonObject claims, Action<JsonObject>? editHeader = null)
    {
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = Algorithm, ["kid"] = Kid };
        editHeader?.Invoke(header);
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Base64Url.Encode(Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    public void Dispose()
    {
        _ecdsa?.Dispose();
        _rsa?.Dispose();
    }

    private byte[] Sign(byte[] input)
    {
        var hash = new HashAlgorithmName("SHA" + Algorithm[2..]);
        return _rsa is null ? _ecdsa!.SignData(input, hash)
            : _rsa.SignData(input, hash, Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static string Encode(JsonObject part) => Base64Url.Encode(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
