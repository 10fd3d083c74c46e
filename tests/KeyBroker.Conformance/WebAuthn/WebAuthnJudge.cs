using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Conformance.Keys;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.WebAuthn;

/// <summary>Verifies an attestation statement of format "tpm" (WebAuthn, 8.3) with the product's decoders.</summary>
internal static class WebAuthnJudge
{
    public static Verdict Judge(Case one)
    {
        try
        {
            return Check(one, Statement.Parse(one.Bytes("attestation_object")));
        }
        catch (Exception failure) when (failure is CryptographicException or OverflowException or JsonException)
        {
            return Verdict.Reject(failure.Message);
        }
    }

    private static Verdict Check(Case one, Statement statement)
    {
        var client = one.Bytes("client_data_json");
        var (magic, type) = Attest.PeekHeader(statement.CertInfo);
        Require(magic == Attest.GeneratedValue, "the attestation was not made by a TPM");
        Require(type == Attest.CertifyType, "the attestation is of another type");
        var algorithm = SignatureAlgorithm.Of(statement.Algorithm);
        using var key = PublicKeyFile.FromCertificate(statement.Certificates[0]);
        Require(algorithm.Verifies(key, statement.CertInfo, statement.Signature), "the signature is not by the attestation key");

        var attest = PublishedAttest.Parse(statement.CertInfo);
        var area = TpmPublic.Parse(statement.PubArea);
        Require(
            attest.ExtraData.Span.SequenceEqual(
                HashAlgorithms.Hash(algorithm.Hash, [.. statement.AuthenticatorData, .. SHA256.HashData(client)])),
            "extraData is not over this authenticator and client data");
        CheckClient(one, client, statement);
        Require(attest.Certify!.Name == area.Name, "another key is certified than the public area's");
        Require(
            CredentialKey.Parse(statement.AuthenticatorData).AsSpan().SequenceEqual(area.SubjectPublicKeyInfo()),
            "the credential's key is another than the public area's");
        CheckPath(one, statement.Certificates);
        return Verdict.Accept("the statement verifies" + algorithm.Remark) with { Name = area.Name.ToString() };
    }

    private static void CheckClient(Case one, byte[] client, Statement statement)
    {
        using var document = JsonDocument.Parse(client);
        var data = document.RootElement;
        Require(Case.Text(data, "type") == "webauthn.create", "the client data is of another ceremony");
        Require(one.TextInput("challenge") is not { } challenge || Case.Text(data, "challenge") == challenge, "another challenge");
        Require(one.TextInput("origin") is not { } origin || Case.Text(data, "origin") == origin, "another origin");
        Require(
            one.HexInput("rp_id_hash") is not { } site || CredentialKey.SiteOf(statement.AuthenticatorData).SequenceEqual(site),
            "another site");
    }

    private static void CheckPath(Case one, IReadOnlyList<Certificate> certificates)
    {
        var roots = one.Roles.Where(role => role.StartsWith("root", StringComparison.Ordinal))
            .SelectMany(role => CertificateFile.ReadAll(one.PathOf(role)))
            .ToList();
        if (roots.Count > 0)
        {
            CertificatePath.DangerousCheckWithSha1(
                certificates[0], [.. certificates.Skip(1)], CertificateAnchors.Of(roots, []), TimeOf(one, certificates[0]));
        }
    }

    // A date is a whole day: a certificate that became valid in its course counts.
    private static DateTimeOffset TimeOf(Case one, Certificate leaf)
    {
        if (one.TextInput("validation_time") is not { } time)
        {
            return leaf.NotBefore;
        }

        var start = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return leaf.NotBefore > start && leaf.NotBefore < start.AddDays(1) ? leaf.NotBefore : start;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(otherwise);
        }
    }
}
