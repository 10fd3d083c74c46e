using KeyBroker.Attestation;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Hosting;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Enrollments;

/// <summary>A well-formed request to enrol: a name, and two public areas that are not judged yet.</summary>
internal sealed record EnrollmentRequest(string Name, TpmPublic Ek, TpmPublic Ak)
{
    /// <summary>The certificate of the endorsement key, not judged either; null where none was given.</summary>
    public EndorsementEvidence? Certificate { get; init; }

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static EnrollmentRequest Parse(RequestBody body)
    {
        var members = body.Object("name", "ek", "ak");
        var ek = StrictJson.Object(members.Required("ek"), "public", "certificate", "intermediates");
        var ak = StrictJson.Object(members.Required("ak"), "public");
        var name = members.Text("name");
        if (!ResourceName.IsSegment(name))
        {
            throw DeniedException.Malformed("not a machine name", "name");
        }

        return new EnrollmentRequest(name, ParsePublic(ek, "ek.public"), ParsePublic(ak, "ak.public")) { Certificate = ParseCertificate(ek) };
    }

    private static EndorsementEvidence? ParseCertificate(StrictObject ek)
    {
        var certificate = ek.OptionalText("certificate") is { } text ? Base64Url.Decode(text, "ek.certificate") : null;
        var intermediates = (ek.OptionalTexts("intermediates") ?? [])
            .Select(each => (ReadOnlyMemory<byte>)Base64Url.Decode(each, "ek.intermediates")).ToList();
        if (certificate is null && ek.Has("intermediates"))
        {
            throw DeniedException.Malformed("intermediates of no certificate", "ek.intermediates");
        }

        return certificate is null ? null : new EndorsementEvidence(certificate, intermediates);
    }

    private static TpmPublic ParsePublic(StrictObject members, string path)
    {
        try
        {
            return TpmPublic.ParseSized(members.Bytes("public"));
        }
        catch (TpmFormatException)
        {
            throw DeniedException.Malformed("not a TPM2B_PUBLIC", path);
        }
    }
}
