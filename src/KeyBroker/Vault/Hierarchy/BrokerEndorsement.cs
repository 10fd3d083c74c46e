using KeyBroker.Tpm.Endorsements;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Vault;

/// <summary>The endorsement key of the broker's own TPM, and what its maker certified of it.</summary>
internal sealed record BrokerEndorsement(EndorsementKeyKind Kind, TpmPublic Area)
{
    /// <summary>DER; null where the maker left none.</summary>
    public byte[]? Certificate { get; init; }

    /// <summary>DER of what leads to the maker's root.</summary>
    public IReadOnlyList<byte[]> Intermediates { get; init; } = [];

    /// <summary>All of them, the endorsement key's first.</summary>
    public IReadOnlyList<byte[]> Certificates => Certificate is null ? [] : [Certificate, .. Intermediates];
}
