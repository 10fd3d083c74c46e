using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>An open EC key; sealed as its private scalar.</summary>
internal sealed class EcMaterial : KeyMaterial
{
    private readonly ECDsa _key;
    private readonly Lazy<ECDiffieHellman> _agreement;

    private EcMaterial(ECDsa key)
    {
        (_key, _agreement) = (key, new(() => ForAgreement(key)));
        PublicJwk = PublicJwks.Of(key.ExportParameters(includePrivateParameters: false));
    }

    public override PublicJwk PublicJwk { get; }

    public static EcMaterial Generate(int bits) => new(ECDsa.Create(CurveOf(bits)));

    public static EcMaterial Open(int bits, ReadOnlySpan<byte> scalar)
    {
        var pinned = GC.AllocateArray<byte>(scalar.Length, pinned: true);
        try
        {
            scalar.CopyTo(pinned);
            return new EcMaterial(ECDsa.Create(new ECParameters { Curve = CurveOf(bits), D = pinned }));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pinned);
        }
    }

    /// <summary>r‖s (RFC 7518, 3.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> digest) => _key.SignHash(digest);

    /// <summary>The x coordinate of the shared point, as wide as the curve.</summary>
    public SecretBytes Agree(ECParameters peer)
    {
        using var theirs = ECDiffieHellman.Create(peer);
        return SecretBytes.Take(_agreement.Value.DeriveRawSecretAgreement(theirs.PublicKey));
    }

    public override SecretBytes Export() => SecretBytes.Take(_key.ExportParameters(includePrivateParameters: true).D);

    public override void Dispose()
    {
        _key.Dispose();
        if (_agreement.IsValueCreated)
        {
            _agreement.Value.Dispose();
        }
    }

    private static ECDiffieHellman ForAgreement(ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        try
        {
            return ECDiffieHellman.Create(parameters);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    private static ECCurve CurveOf(int bits) => bits == 256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;
}
