using KeyBroker.Attestation.Certificates;
using KeyBroker.Conformance.Keys;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Certificates;

/// <summary>Judges the certificate of an endorsement or attestation key: its way to an anchor, its time, its key.</summary>
internal static class CertificateJudge
{
    private static readonly string[] s_anchors = ["root", "issuer", "store", "gs_root", "anchor"];

    public static Verdict Judge(Case one)
    {
        var leaf = CertificateFile.Read(one, "cert");
        var remarks = new List<string>();
        CheckPath(one, leaf, remarks);
        CheckKey(one, leaf, remarks);
        if (one.Kind == "ek_cert")
        {
            remarks.Add(Profile(leaf));
        }

        return Verdict.Accept(string.Join("; ", remarks));
    }

    // Trust anchors may be intermediates by kind; what a case calls intermediate is never one.
    private static void CheckPath(Case one, Certificate leaf, List<string> remarks)
    {
        var anchors = Read(one, role => s_anchors.Any(name => role.StartsWith(name, StringComparison.Ordinal)));
        var intermediates = Read(one, role => role.StartsWith("intermediate", StringComparison.Ordinal));
        if (anchors.Count + intermediates.Count == 0)
        {
            remarks.Add("well formed; there is nothing that it could lead to");
            return;
        }

        remarks.Add(Path(leaf, intermediates, CertificateAnchors.Of(anchors, []), TimeOf(one, leaf)));
    }

    private static string Path(Certificate leaf, IReadOnlyList<Certificate> intermediates, CertificateAnchors anchors, DateTimeOffset now)
    {
        try
        {
            return $"a way of {CertificatePath.Check(leaf, intermediates, anchors, now).Count} certificates leads to an anchor";
        }
        catch (CertificateException)
        {
            var path = CertificatePath.DangerousCheckWithSha1(leaf, intermediates, anchors, now);
            return $"a way of {path.Count} certificates leads to an anchor, by SHA-1, which would not be admitted";
        }
    }

    private static void CheckKey(Case one, Certificate leaf, List<string> remarks)
    {
        if (one.Has("ek_pub"))
        {
            var area = one.Public("ek_pub");
            Require(CertifiedKey.Equals(leaf, area), "the certificate is of another key than the public area");
            remarks.Add(Templates.IsEndorsementTemplate(area) ? "a TCG template" : "no TCG template");
        }

        if (one.Has("ak_pub"))
        {
            Require(CertifiedKey.Equals(leaf, one.Public("ak_pub")), "the certificate is of another key than the public area");
        }

        if (one.Has("ak_pub_pem"))
        {
            using var key = PublicKeyFile.FromPem(one.ReadText("ak_pub_pem"));
            Require(CertifiedKey.Export(leaf).AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()), "the certificate is of another key");
        }
    }

    // What the product asks of an endorsement certificate besides; clouds and old TPMs fall short of it.
    private static string Profile(Certificate leaf)
    {
        try
        {
            var profile = EndorsementProfile.Check(leaf);
            return $"{profile.Manufacturer} {profile.Model} {profile.Version}";
        }
        catch (CertificateException refusal)
        {
            return $"would not be admitted: {refusal.Message}";
        }
    }

    private static DateTimeOffset TimeOf(Case one, Certificate leaf) =>
        one.Input("validation_time_unix") is { } time ? DateTimeOffset.FromUnixTimeSeconds(time.GetInt64()) : leaf.NotBefore;

    private static List<Certificate> Read(Case one, Func<string, bool> isWanted) =>
        [.. one.Roles.Where(isWanted).SelectMany(role => CertificateFile.ReadAll(one.PathOf(role)))];

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CertificateException(otherwise);
        }
    }
}
