using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tests.Enrollments;

/// <summary>A good request to enrol: an endorsement key of template L-2 or L-1, and an attestation key.</summary>
internal sealed class EnrollmentCase : IDisposable
{
    public const string Name = "web-1";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ecc = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SoftwareAttestationKey _eccAk = SoftwareAttestationKey.EccP256();
    private readonly SoftwareAttestationKey _rsaAk = SoftwareAttestationKey.RsaSsa();

    public TpmPublic Ek => Templates.EndorsementKeyEccP256 with { Unique = PointOf(_ecc) };

    public TpmPublic RsaEk => Templates.EndorsementKeyRsa2048 with { Unique = ModulusOf(_rsa) };

    public TpmPublic Ak => _eccAk.Public;

    public TpmPublic RsaAk => _rsaAk.Public;

    public string Good => With(Ek, Ak);

    public static string With(TpmPublic ek, TpmPublic ak) => With(ek.ToSizedBytes(), ak.ToSizedBytes());

    public static string With(byte[] ek, byte[] ak) => new JsonObject
    {
        ["name"] = Name,
        ["ek"] = new JsonObject { ["public"] = Base64Url.Encode(ek) },
        ["ak"] = new JsonObject { ["public"] = Base64Url.Encode(ak) },
    }.ToJsonString();

    /// <summary>A fresh point for a public area on another curve.</summary>
    public static EccUnique Point(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return PointOf(key);
    }

    /// <summary>A fresh modulus for a public area of another size.</summary>
    public static RsaUnique Modulus(int bits)
    {
        using var key = RSA.Create(bits);
        return ModulusOf(key);
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ecc.Dispose();
        _eccAk.Dispose();
        _rsaAk.Dispose();
    }

    private static RsaUnique ModulusOf(RSA key) => new(key.ExportParameters(false).Modulus);

    private static EccUnique PointOf(ECDsa key) => new(key.ExportParameters(false).Q.X, key.ExportParameters(false).Q.Y);
}
