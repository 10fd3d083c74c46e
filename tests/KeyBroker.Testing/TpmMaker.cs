using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Testing;

/// <summary>A maker of TPMs for tests: a root, an intermediate, and certificates for one endorsement key.</summary>
public sealed class TpmMaker : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DateTimeOffset _now;
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;
    private readonly ECDsa _endorsement = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="now">When the certificates are good; <see cref="Now"/> by default.</param>
    public TpmMaker(DateTimeOffset? now = null)
    {
        _now = now ?? Now;
        _root = MakeRoot("Maker Root");
        _intermediate = MakeIntermediate(_root, "Maker Intermediate", _now.AddYears(5));
        var point = _endorsement.ExportParameters(includePrivateParameters: false).Q;
        Key = EndorsementKey.Check(Templates.EndorsementKeyEccP256 with { Unique = new EccUnique(point.X!, point.Y!) });
    }

    public EndorsementKey Key { get; }

    public Certificate Root => Certificate.Parse(_root.RawData);

    public byte[] Intermediate => _intermediate.RawData;

    public byte[] ExpiredIntermediate()
    {
        using var expired = MakeIntermediate(_root, "Maker Intermediate", _now.AddDays(-1));
        return expired.RawData;
    }

    /// <summary>A certificate of the endorsement key by the profile, but for what is changed.</summary>
    public byte[] Certify(Action<CertificateRequest>? change = null, AsymmetricAlgorithm? key = null, DateTimeOffset? until = null)
    {
        var request = new CertificateRequest("", key as ECDsa ?? _endorsement, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("2.23.133.8.1")], false));
        request.CertificateExtensions.Add(AlternativeName("id:00001014", "swtpm", "id:20240125"));
        change?.Invoke(request);
        using var certificate = request.Create(
            _intermediate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_intermediate.GetECDsaPrivateKey()!),
            _now.AddYears(-1),
            until ?? _now.AddYears(4),
            [1, 2, 3]);
        return certificate.RawData;
    }

    /// <summary>A certificate of another endorsement key.</summary>
    public byte[] Certify(TpmPublic endorsement, Action<CertificateRequest>? change = null)
    {
        var point = (EccUnique)endorsement.Unique;
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point.X.ToArray(), Y = point.Y.ToArray() },
        });
        return Certify(change, key);
    }

    public byte[] SelfSigned()
    {
        var request = new CertificateRequest("CN=self", _endorsement, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("2.23.133.8.1")], false));
        request.CertificateExtensions.Add(AlternativeName("id:00001014", "swtpm", "id:20240125"));
        using var certificate = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(_endorsement), _now.AddYears(-1), _now.AddYears(1), [4]);
        return certificate.RawData;
    }

    public static X509Extension AlternativeName(params string[] values)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
        using (writer.PushSequence())
        {
            for (var i = 0; i < values.Length; i++)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier($"2.23.133.2.{1 + (i % 3)}");
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, values[i]);
                }
            }
        }

        return new X509Extension("2.5.29.17", writer.Encode(), critical: true);
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _endorsement.Dispose();
    }

    private X509Certificate2 MakeRoot(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(_now.AddYears(-10), _now.AddYears(20));
    }

    private X509Certificate2 MakeIntermediate(X509Certificate2 root, string name, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var certificate = request.Create(root, _now.AddYears(-5), until, [7]);
        return certificate.CopyWithPrivateKey(key);
    }
}
