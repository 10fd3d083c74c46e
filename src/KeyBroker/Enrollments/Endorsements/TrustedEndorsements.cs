using KeyBroker.Attestation;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Configuration;

namespace KeyBroker.Enrollments;

/// <summary>Whom the operator trusts to certify TPMs, and the deny list in force: swapped when its file changes, kept when an edit is bad.</summary>
internal sealed class TrustedEndorsements
{
    private readonly CertificateAnchors? _anchors;
    private volatile EndorsementDenyList _denied = EndorsementDenyList.Empty;

    /// <exception cref="StartupException">The roots or the deny list cannot be used.</exception>
    public TrustedEndorsements(BrokerSettings settings)
    {
        _anchors = settings.EndorsementRoots is { } roots ? LoadRoots(roots) : null;
        if (settings.EndorsementDenyList is not { } path)
        {
            return;
        }

        File = new DenyListFile(path);

        // Before the file is read: an edit during the start is then a change since.
        Seen = File.Fingerprint();
        try
        {
            _denied = File.Load();
        }
        catch (Exception failure) when (DenyListFile.IsBad(failure))
        {
            throw new StartupException($"correct KeyBroker:EndorsementDenyList, {path}: {failure.Message}", failure);
        }
    }

    /// <summary>Null where none is configured.</summary>
    public DenyListFile? File { get; }

    /// <summary>The fingerprint of the file as it was before the start read it.</summary>
    public int Seen { get; }

    public void Adopt(EndorsementDenyList denied) => _denied = denied;

    /// <summary>What an accepted certificate says, or null where there is none, or no roots to hold it against.</summary>
    /// <exception cref="DeniedException">enrollment-denied, ek-certificate.</exception>
    public CertifiedTpm? Check(EndorsementKey key, EndorsementEvidence? certificate, DateTimeOffset now)
    {
        Refuse(key.MachineId, null);
        return _anchors is not null && certificate is not null
            ? CertifiedEndorsement.Check(key, certificate, new EndorsementTrust(_anchors, _denied), now).Tpm
            : null;
    }

    /// <exception cref="DeniedException">enrollment-denied, ek-certificate: this TPM is on the deny list.</exception>
    public void Refuse(string machine, CertifiedTpm? tpm)
    {
        if (_denied.Covers(machine, tpm))
        {
            throw new DeniedException(
                ProblemCodes.EnrollmentDenied, new Reason(ReasonCodes.EndorsementCertificate, "this TPM is on the deny list") { Path = "ek" });
        }
    }

    /// <summary>True for a machine that was put on the list, before or after it enrolled.</summary>
    public bool IsDenied(Machine machine) => _denied.Covers(machine.Id, machine.Tpm);

    private static CertificateAnchors LoadRoots(string folder)
    {
        try
        {
            return CertificateAnchors.Load(folder);
        }
        catch (Exception failure) when (failure is CertificateException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"put the root certificates of TPM makers into KeyBroker:EndorsementRoots, or remove it: {failure.Message}", failure);
        }
    }
}
