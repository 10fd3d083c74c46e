using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Enrollments;

/// <summary>The attacks on an EK certificate (threats A06, A08, A10, M07); each reads as what the attacker does.</summary>
internal static class EndorsementAttacks
{
    public static IReadOnlyList<EndorsementAttack> All { get; } = [.. Controls(), .. Paths(), .. Profiles(), .. Denied(), .. Bombs()];

    private static IEnumerable<EndorsementAttack> Controls()
    {
        yield return Control("unchanged", c => c.Certificate);
        yield return Control("padded_with_zeros", c => [.. c.Certificate, .. new byte[100]]);
        yield return Control("padded_with_ff", c => [.. c.Certificate, .. Enumerable.Repeat((byte)0xFF, 100)]);
        yield return Control("header_of_the_memory", c => [.. Header(c.Certificate), .. c.Certificate]);
        yield return Control("another_on_the_deny_list", c => c.Certificate) with { DenyList = _ => "machine sha256-" + new string('0', 64) };
        yield return new EndorsementAttack("control_intermediate_twice", "", true, c => c.With(c.Certificate, c.Maker.Intermediate, c.Maker.Intermediate));
    }

    private static IEnumerable<EndorsementAttack> Paths()
    {
        yield return Refused("self_signed", "A06", c => c.With(c.Maker.SelfSigned()));
        yield return Refused("maker_who_is_not_trusted", "A06", c => c.With(c.CertifyByStranger(), c.Stranger.Intermediate));
        yield return Refused("root_of_its_own_beside_it", "A06", c => c.With(c.CertifyByStranger(), c.Stranger.Intermediate, c.Stranger.Root.Encoded.ToArray()));
        yield return Refused("intermediate_missing", "A06", c => c.With(c.Certificate));
        yield return Refused("intermediate_expired", "A06", c => c.With(c.Certificate, c.Maker.ExpiredIntermediate()));
        yield return Refused("intermediate_of_the_same_name", "A06", c => c.With(c.Certificate, c.Stranger.Intermediate));
        yield return Refused("certificate_of_another_key", "A01", c => c.With(c.Maker.Certify(), c.Maker.Intermediate));
        yield return Refused("certificate_of_the_maker", "A06", c => c.With(c.Maker.Intermediate, c.Maker.Intermediate));
        yield return Refused("signature_changed", "A06", c => c.With(Flipped(c.Certificate), c.Maker.Intermediate));
    }

    private static IEnumerable<EndorsementAttack> Profiles()
    {
        foreach (var (name, change) in new (string, Action<CertificateRequest>)[]
        {
            ("extended_usage_missing", request => Remove(request, "2.5.29.37")),
            ("extended_usage_of_a_server", request => Replace(request, new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false))),
            ("authority", request => Replace(request, new X509BasicConstraintsExtension(true, false, 0, true))),
            ("usage_missing", request => Remove(request, "2.5.29.15")),
            ("usage_to_sign", request => Replace(request, new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true))),
            ("usage_to_sign_certificates", request => Replace(request, new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement | X509KeyUsageFlags.KeyCertSign, true))),
            ("names_missing", request => Remove(request, "2.5.29.17")),
            ("names_not_critical", request => Replace(request, NotCritical())),
            ("manufacturer_twice", request => Replace(request, TpmMaker.AlternativeName("id:00001014", "swtpm", "id:20240125", "id:49465800"))),
            ("model_missing", request => Replace(request, TpmMaker.AlternativeName("id:00001014"))),
            ("critical_extension_unknown", request => request.CertificateExtensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: true))),
        })
        {
            yield return Refused(name, "A08", c => c.With(c.Certify(change), c.Maker.Intermediate));
        }
    }

    private static IEnumerable<EndorsementAttack> Denied()
    {
        yield return OnTheList("machine", c => $"machine {c.Id}");
        yield return OnTheList("certificate", c => $"certificate {Certificate.Parse(c.Certificate).IssuerId} 01:02:03");
        yield return OnTheList("certificate_without_leading_zero", c => $"certificate {Certificate.Parse(c.Certificate).IssuerId} 10203");
        yield return OnTheList("manufacturer", _ => "firmware id:00001014");
        yield return OnTheList("firmware", _ => "firmware id:00001014 id:2024 # vulnerable");
    }

    private static IEnumerable<EndorsementAttack> Bombs()
    {
        yield return Refused("six_intermediates", "M07", c => c.With(c.Certificate, [.. Enumerable.Repeat(c.Maker.Intermediate, 6)]));
        yield return Refused("certificate_over_16_kib", "M07", c => c.With([.. c.Certificate, .. new byte[16 * 1024]], c.Maker.Intermediate));
        yield return Refused("intermediate_over_16_kib", "M07", c => c.With(c.Certificate, [.. c.Maker.Intermediate, .. new byte[16 * 1024]]));
        yield return Refused("something_behind_the_certificate", "M07", c => c.With([.. c.Certificate, 0, 1], c.Maker.Intermediate));
        yield return Refused("two_certificates_in_one", "M07", c => c.With([.. c.Certificate, .. c.Maker.Intermediate]));
        yield return Refused("nested_ten_thousand_deep", "M07", c => c.With([.. Enumerable.Repeat<byte[]>([0x30, 0x80], 5000).SelectMany(b => b)], c.Maker.Intermediate));
        yield return Refused("length_of_four_gibibytes", "M07", c => c.With([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30, 0x00], c.Maker.Intermediate));
        yield return Refused("empty", "M07", c => c.With([]));
        yield return Refused("text", "M07", c => c.With("-----BEGIN CERTIFICATE-----"u8.ToArray()));
    }

    private static EndorsementAttack Control(string name, Func<EndorsementCase, byte[]> certificate) =>
        new("control_" + name, "", true, c => c.With(certificate(c), c.Maker.Intermediate));

    private static EndorsementAttack Refused(string name, string covers, Func<EndorsementCase, string> mutate) => new(name, covers, false, mutate);

    private static EndorsementAttack OnTheList(string name, Func<EndorsementCase, string> list) =>
        Refused("deny_list_" + name, "A10", c => c.With(c.Certificate, c.Maker.Intermediate)) with { DenyList = list };

    private static byte[] Header(byte[] certificate) =>
        [0x10, 0x01, 0x00, (byte)((certificate.Length + 2) / 256), (byte)((certificate.Length + 2) % 256), 0x10, 0x02];

    private static byte[] Flipped(byte[] certificate)
    {
        certificate[^1] ^= 1;
        return certificate;
    }

    private static X509Extension NotCritical()
    {
        var names = TpmMaker.AlternativeName("id:00001014", "swtpm", "id:20240125");
        names.Critical = false;
        return names;
    }

    private static void Remove(CertificateRequest request, string oid) =>
        request.CertificateExtensions.Remove(request.CertificateExtensions.First(extension => extension.Oid!.Value == oid));

    private static void Replace(CertificateRequest request, X509Extension extension)
    {
        Remove(request, extension.Oid!.Value!);
        request.CertificateExtensions.Add(extension);
    }
}
