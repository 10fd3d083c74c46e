using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Attestation.Tests.Certificates;

/// <summary>[EKC-1] to [EKC-9], threats A06, A08, A10 and M07: which certificates make a TPM genuine.</summary>
public sealed class CertifiedEndorsementTests : IDisposable
{
    private readonly TpmMaker _maker = new();
    private readonly TpmMaker _another = new();

    public void Dispose()
    {
        _maker.Dispose();
        _another.Dispose();
    }

    [Fact]
    public void Tells_make_model_and_firmware_of_a_genuine_TPM()
    {
        var certified = Check(_maker.Certify());

        Assert.Equal(new EndorsementProfile("id:00001014", "swtpm", "id:20240125"), certified.Profile);
        Assert.Same(_maker.Key, certified.Key);
        Assert.Equal("010203", certified.Certificate.Serial);
    }

    [Fact]
    public void Takes_the_intermediate_from_the_operator_too()
    {
        var trust = Trust([_maker.Root], [Certificate.Parse(_maker.Intermediate)]);

        Assert.NotNull(CertifiedEndorsement.Check(_maker.Key, new(_maker.Certify(), []), trust, TpmMaker.Now));
    }

    [Fact]
    public void Takes_a_certificate_as_a_TPM_stores_it()
    {
        var certificate = _maker.Certify();
        byte[] header = [0x10, 0x01, 0x00, (byte)((certificate.Length + 2) / 256), (byte)((certificate.Length + 2) % 256), 0x10, 0x02];

        Assert.NotNull(Check([.. certificate, .. new byte[100]]));
        Assert.NotNull(Check([.. certificate, .. Enumerable.Repeat((byte)0xFF, 100)]));
        Assert.NotNull(Check([.. header, .. certificate, .. new byte[10]]));
    }

    [Fact]
    public void Refuses_something_behind_the_certificate() => Denied([.. _maker.Certify(), 0, 1]);

    // A06: self-signed, another maker's, no intermediate, an expired one.
    [Fact]
    public void Refuses_a_self_signed_certificate() => Denied(_maker.SelfSigned());

    [Fact]
    public void Refuses_a_maker_that_is_not_trusted() =>
        Denied(_maker.Certify(), [_maker.Intermediate], Trust([_another.Root], []));

    [Fact]
    public void Refuses_a_chain_with_a_gap() => Denied(_maker.Certify(), []);

    [Fact]
    public void Refuses_an_intermediate_that_has_expired() => Denied(_maker.Certify(), [_maker.ExpiredIntermediate()]);

    [Fact]
    public void Refuses_an_issuer_of_the_same_name_with_another_key() => Denied(_maker.Certify(), [_another.Intermediate]);

    [Fact]
    public void Refuses_a_certificate_out_of_its_time()
    {
        Denied(_maker.Certify(until: TpmMaker.Now.AddSeconds(-1)));
        Assert.Throws<DeniedException>(() => CertifiedEndorsement.Check(
            _maker.Key, new(_maker.Certify(), [_maker.Intermediate]), Trust([_maker.Root], []), TpmMaker.Now.AddYears(-2)));
    }

    [Fact]
    public void Refuses_a_leaf_that_signs_another_leaf()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=forged", stranger, HashAlgorithmName.SHA256);
        var parent = new X500DistinguishedName("CN=forger");
        using var forged = request.Create(parent, X509SignatureGenerator.CreateForECDsa(stranger), TpmMaker.Now.AddDays(-1), TpmMaker.Now.AddDays(1), [9]);

        Denied(forged.RawData, [_maker.Certify(), _maker.Intermediate]);
    }

    [Fact]
    public void Refuses_the_certificate_of_another_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Denied(_maker.Certify(key: key));
    }

    // A08: the profile, one rule at a time.
    public static TheoryData<string> Breaches => [.. s_breaches.Keys];

    private static readonly Dictionary<string, Action<CertificateRequest>> s_breaches = new(StringComparer.Ordinal)
    {
        ["no extended usage"] = request => Remove(request, "2.5.29.37"),
        ["another extended usage"] = request => Replace(request, new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false)),
        ["an authority"] = request => Replace(request, new X509BasicConstraintsExtension(true, false, 0, true)),
        ["no usage"] = request => Remove(request, "2.5.29.15"),
        ["a signing usage"] = request => Replace(request, new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true)),
        ["signs certificates"] = request => Replace(
            request, new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.KeyCertSign, true)),
        ["no names"] = request => Remove(request, "2.5.29.17"),
        ["names that are not critical"] = request =>
        {
            var names = TpmMaker.AlternativeName("id:00001014", "swtpm", "id:20240125");
            names.Critical = false;
            Replace(request, names);
        },
        ["two manufacturers"] = request => Replace(
            request, TpmMaker.AlternativeName("id:00001014", "swtpm", "id:20240125", "id:49465800")),
        ["no model"] = request => Replace(request, TpmMaker.AlternativeName("id:00001014")),
        ["a critical extension of its own"] = request => request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: true)),
    };

    [Theory, MemberData(nameof(Breaches))]
    public void Refuses_what_the_profile_does_not_allow(string breach) => Denied(_maker.Certify(s_breaches[breach]));

    // A10: known, although genuine.
    [Fact]
    public void Refuses_a_TPM_on_the_deny_list()
    {
        var certificate = Certificate.Parse(_maker.Certify());
        DeniedBy(new EndorsementDenyList { Machines = [_maker.Key.MachineId] });
        DeniedBy(new EndorsementDenyList { Certificates = [(certificate.IssuerId, "010203")] });
        DeniedBy(new EndorsementDenyList { Firmware = [new DeniedFirmware("id:00001014")] });
        DeniedBy(new EndorsementDenyList { Firmware = [new DeniedFirmware("ID:00001014", "id:2024")] });
        Assert.NotNull(CheckWith(new EndorsementDenyList { Firmware = [new DeniedFirmware("id:00001014", "id:2025")] }));
    }

    // M07: more than a chain has.
    [Fact]
    public void Refuses_more_certificates_than_a_chain_has() =>
        Denied(_maker.Certify(), [.. Enumerable.Repeat(_maker.Intermediate, 6)]);

    [Fact]
    public void Refuses_a_certificate_larger_than_one_is() => Denied(new byte[(16 * 1024) + 1]);

    [Fact]
    public void Refuses_every_prefix_and_every_changed_bit()
    {
        var certificate = _maker.Certify();
        for (var i = 0; i < certificate.Length * 8; i++)
        {
            var changed = certificate.ToArray();
            changed[i / 8] ^= (byte)(1 << (i % 8));
            Denied(changed);
            Denied(certificate[..(i / 8)]);
        }
    }

    [Fact]
    public void Knows_the_moduli_of_a_weak_generator()
    {
        // 65537 to the power of something, modulo the primorial: what the generator makes, without being a product of two primes.
        var primorial = Enumerable.Range(2, 166).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0))
            .Aggregate(System.Numerics.BigInteger.One, (product, prime) => product * prime);
        var weak = System.Numerics.BigInteger.ModPow(65537, 12345, primorial) + (primorial * 2);
        using var strong = RSA.Create(2048);

        Assert.True(WeakRsa.IsWeak(weak.ToByteArray(isUnsigned: true, isBigEndian: true)));
        Assert.False(WeakRsa.IsWeak(strong.ExportParameters(false).Modulus));
    }

    [Fact]
    public void Refuses_a_folder_without_a_root()
    {
        var folder = Directory.CreateTempSubdirectory("anchors");
        Assert.Throws<CertificateException>(() => CertificateAnchors.Load(folder.FullName));
        File.WriteAllText(Path.Combine(folder.FullName, "only.pem"), PemEncoding.WriteString("CERTIFICATE", _maker.Intermediate));
        Assert.Throws<CertificateException>(() => CertificateAnchors.Load(folder.FullName));
        File.WriteAllText(
            Path.Combine(folder.FullName, "root.pem"), "text\n" + PemEncoding.WriteString("CERTIFICATE", _maker.Root.Encoded.Span));
        Assert.Equal(2, CertificateAnchors.Load(folder.FullName).Count);
        folder.Delete(recursive: true);
    }

    private static void Remove(CertificateRequest request, string oid) =>
        request.CertificateExtensions.Remove(request.CertificateExtensions.First(extension => extension.Oid!.Value == oid));

    private static void Replace(CertificateRequest request, X509Extension extension)
    {
        Remove(request, extension.Oid!.Value!);
        request.CertificateExtensions.Add(extension);
    }

    private static EndorsementTrust Trust(Certificate[] roots, Certificate[] intermediates) =>
        new(CertificateAnchors.Of(roots, intermediates), EndorsementDenyList.Empty);

    private CertifiedEndorsement Check(byte[] certificate) => CertifiedEndorsement.Check(
        _maker.Key, new(certificate, [_maker.Intermediate]), Trust([_maker.Root], []), TpmMaker.Now);

    private CertifiedEndorsement CheckWith(EndorsementDenyList denied) => CertifiedEndorsement.Check(
        _maker.Key, new(_maker.Certify(), [_maker.Intermediate]), Trust([_maker.Root], []) with { Denied = denied }, TpmMaker.Now);

    private void DeniedBy(EndorsementDenyList list) => Assert.Throws<DeniedException>(() => CheckWith(list));

    private void Denied(byte[] certificate, byte[][]? intermediates = null, EndorsementTrust? trust = null)
    {
        var denied = Assert.Throws<DeniedException>(() => CertifiedEndorsement.Check(
            _maker.Key,
            new(certificate, [.. (intermediates ?? [_maker.Intermediate]).Select(bytes => (ReadOnlyMemory<byte>)bytes)]),
            trust ?? Trust([_maker.Root], []),
            TpmMaker.Now));
        Assert.Equal((ProblemCodes.EnrollmentDenied, ReasonCodes.EndorsementCertificate), (denied.Code, denied.Reasons.Single().Code));
    }
}
