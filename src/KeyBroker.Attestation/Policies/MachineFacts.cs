using KeyBroker.Attestation.Certificates;

namespace KeyBroker.Attestation.Policies;

/// <summary>What the broker knows about a machine, none of it told by the machine.</summary>
public sealed record MachineFacts(string Id, string Name, string Trust, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>True when an administrator registered this machine, whatever its trust rests on.</summary>
    public bool Registered { get; init; }

    /// <summary>What the accepted certificate of its endorsement key says; null where there is none.</summary>
    public CertifiedTpm? Tpm { get; init; }

    /// <summary>The remote verifier that vouches for a caller who is no enrolled machine; null for machines.</summary>
    public string? Verifier { get; init; }

    /// <summary>True for each thing that its trust rests on: a registered machine may also have a certificate, and the other way round.</summary>
    public bool RestsOn(string trust) =>
        trust == Trust || (trust == TrustLevel.PreRegistered && Registered) || (trust == TrustLevel.EkCertificate && Tpm is not null);

    /// <summary>An EK certificate shows a make of chip; only an administrator's act makes the machine one of ours.</summary>
    public bool IsOurs => Registered || Labels.Count > 0 || Trust is TrustLevel.PreRegistered or TrustLevel.Approved;
}
