using KeyBroker.Attestation.Endorsements;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Certificates;

/// <summary>An endorsement key that a maker whom the operator trusts certified. It cannot exist otherwise.</summary>
public sealed class CertifiedEndorsement
{
    private CertifiedEndorsement(EndorsementKey key, Certificate certificate, EndorsementProfile profile) =>
        (Key, Certificate, Profile) = (key, certificate, profile);

    public EndorsementKey Key { get; }

    public Certificate Certificate { get; }

    /// <summary>Make, model and firmware.</summary>
    public EndorsementProfile Profile { get; }

    /// <summary>What is kept of it.</summary>
    public CertifiedTpm Tpm => Describe(Certificate, Profile);

    /// <param name="certificate">Untrusted, as are the intermediates.</param>
    /// <exception cref="DeniedException">enrollment-denied, ek-certificate.</exception>
    public static CertifiedEndorsement Check(
        EndorsementKey key, EndorsementEvidence certificate, EndorsementTrust trust, DateTimeOffset now)
    {
        try
        {
            var leaf = Certificate.Parse(certificate.Certificate);

            // Cheap checks first: which key, what kind of certificate, and only then signatures.
            RequireKey(key, leaf);
            var profile = EndorsementProfile.Check(leaf);
            if (trust.Denied.Covers(key.MachineId, Describe(leaf, profile)))
            {
                throw new CertificateException("this TPM is on the deny list");
            }

            CertificatePath.Check(leaf, ParseAll(certificate.Intermediates), trust.Anchors, now);
            return new CertifiedEndorsement(key, leaf, profile);
        }
        catch (CertificateException refused)
        {
            throw new DeniedException(
                ProblemCodes.EnrollmentDenied, new Reason(ReasonCodes.EndorsementCertificate, refused.Message) { Path = "ek.certificate" });
        }
    }

    private static CertifiedTpm Describe(Certificate certificate, EndorsementProfile profile) =>
        new(profile.Manufacturer, profile.Model, profile.Version, certificate.IssuerId, certificate.Serial);

    private static void RequireKey(EndorsementKey key, Certificate leaf)
    {
        if (!CertifiedKey.Equals(leaf, key.Public))
        {
            throw new CertificateException("the certificate is of another key");
        }

        if (key.Public.Unique is RsaUnique rsa && WeakRsa.IsWeak(rsa.Modulus.Span))
        {
            throw new CertificateException("the key was made by a generator that is known to be weak");
        }
    }

    private static List<Certificate> ParseAll(IReadOnlyList<ReadOnlyMemory<byte>> certificates) =>
        certificates.Count <= CertificatePath.MaxSupplied
            ? [.. certificates.Select(Certificate.Parse)]
            : throw new CertificateException($"{certificates.Count} intermediates, {CertificatePath.MaxSupplied} allowed");
}
