using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Hosting;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Enrollments;

/// <summary>A well-formed request to enrol: a name, and two public areas that are not judged yet.</summary>
internal sealed record EnrollmentRequest(string Name, TpmPublic Ek, TpmPublic Ak)
{
    /// <exception cref="DeniedException">request-malformed, or operation-unsupported for a certificate.</exception>
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

        RefuseCertificates(ek);
        return new EnrollmentRequest(name, ParsePublic(ek, "ek.public"), ParsePublic(ak, "ak.public"));
    }

    // A certificate that would be ignored is refused instead: its sender believes that it counts.
    private static void RefuseCertificates(StrictObject ek)
    {
        if (ek.Has("certificate") || ek.Has("intermediates"))
        {
            throw new DeniedException(
                ProblemCodes.OperationUnsupported,
                new Reason(ProblemCodes.OperationUnsupported, "EK certificates are not supported") { Path = "ek.certificate" });
        }
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
