using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Quotes;

namespace KeyBroker.Enrollments;

/// <summary>A machine as the broker knows it: identity, keys, trust, labels and newest accepted boot.</summary>
internal sealed record Machine(string Id, string Name, string Status, DateTimeOffset CreatedAt)
{
    /// <summary>TPM2B_PUBLIC as enrolled; null until then.</summary>
    public byte[]? EkPublic { get; init; }

    /// <summary>TPM2B_PUBLIC as enrolled; null until then.</summary>
    public byte[]? AkPublic { get; init; }

    /// <summary>What made it active.</summary>
    public string? Trust { get; init; }

    /// <summary>An administrator named it before it enrolled.</summary>
    public bool Registered { get; init; }

    /// <summary>What an accepted certificate of its endorsement key says; null where there was none.</summary>
    public CertifiedTpm? Tpm { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The newest boot whose evidence was accepted.</summary>
    public BootCounters? Boot { get; init; }

    /// <summary>An administrator allowed the next activation to bring another AK or name.</summary>
    public bool MayReEnroll { get; init; }

    /// <summary>Grows when the boot order starts anew: tokens of an earlier epoch are void.</summary>
    public int Epoch { get; init; }

    /// <summary>A maker who is trusted certified its TPM.</summary>
    public bool IsGenuine => Facts.RestsOn(TrustLevel.EkCertificate);

    public string? RevokeReason { get; init; }

    /// <summary>The commit that the writer had come to before it was read; no part of what is kept.</summary>
    public long ReadIn { get; init; }

    public MachineFacts Facts => new(Id, Name, Trust ?? "", Labels) { Registered = Registered, Tpm = Tpm, Verifier = VouchedId.VerifierOf(Id) };

    public bool HasKeys(string name, byte[] ekPublic, byte[] akPublic) =>
        Name == name && AkPublic.AsSpan().SequenceEqual(akPublic) && EkPublic.AsSpan().SequenceEqual(ekPublic);
}
