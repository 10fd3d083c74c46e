using System.Formats.Asn1;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Conformance.Keys;

namespace KeyBroker.Conformance.Certificates;

/// <summary>Reads an attribute certificate (RFC 5755) of a platform, and verifies it where its issuer is known.</summary>
internal static class PlatformCertificateJudge
{
    public static Verdict Judge(Case one)
    {
        try
        {
            var signed = SignedBytes.Read(CertificateBytes.Find(one.Bytes("platform_cert")));
            var attributes = ReadBody(signed);
            return one.Roles.Where(role => role.StartsWith("issuer", StringComparison.Ordinal)).All(role => IsBy(one, role, signed))
                ? Verdict.Accept($"{attributes} attributes")
                : Verdict.Reject("the signature is not by this issuer");
        }
        catch (AsnContentException failure)
        {
            return Verdict.Reject($"not an attribute certificate: {failure.Message}");
        }
    }

    private static bool IsBy(Case one, string role, SignedBytes signed) =>
        CertificateSignature.IsBy(CertificateFile.Read(one, role), signed, allowSha1: true);

    // AttributeCertificateInfo: version, holder, issuer, algorithm, serial, validity, attributes, and what is optional.
    private static int ReadBody(SignedBytes signed)
    {
        var body = new AsnReader(signed.Body, AsnEncodingRules.BER).ReadSequence();
        if (body.ReadInteger() != 1)
        {
            throw new AsnContentException("another version");
        }

        body.ReadSequence();     // holder
        body.ReadEncodedValue(); // issuer
        if (!body.ReadEncodedValue().Span.SequenceEqual(signed.Algorithm.Span))
        {
            throw new AsnContentException("two signature algorithms");
        }

        body.ReadInteger();      // serial
        var validity = body.ReadSequence();
        if (validity.ReadGeneralizedTime() > validity.ReadGeneralizedTime())
        {
            throw new AsnContentException("it ends before it begins");
        }

        return Count(body.ReadSequence());
    }

    private static int Count(AsnReader attributes)
    {
        var count = 0;
        for (; attributes.HasData; count++)
        {
            var attribute = attributes.ReadSequence();
            attribute.ReadObjectIdentifier();
            attribute.ReadSetOf(skipSortOrderValidation: true);
            attribute.ThrowIfNotEmpty();
        }

        return count;
    }
}
