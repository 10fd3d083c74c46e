using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>What the TCG laid down for each kind of endorsement key: its template, and where its certificate is in the TPM.</summary>
internal static class EndorsementKeys
{
    public static TpmPublic TemplateOf(EndorsementKeyKind kind) => kind switch
    {
        EndorsementKeyKind.Ecc => Templates.EndorsementKeyEccP256,
        EndorsementKeyKind.Rsa => Templates.EndorsementKeyRsa2048,
        EndorsementKeyKind.RsaHigh => Templates.HighRangeRsa2048,
        EndorsementKeyKind.EccHigh => Templates.HighRangeEccP256,
        EndorsementKeyKind.EccP384High => Templates.HighRangeEccP384,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of endorsement key"),
    };

    /// <summary>EK Credential Profile, 2.2.1.4 and 2.2.1.5.</summary>
    public static TpmHandle CertificateOf(EndorsementKeyKind kind) => new(kind switch
    {
        EndorsementKeyKind.Ecc => 0x01C0_000A,
        EndorsementKeyKind.Rsa => 0x01C0_0002,
        EndorsementKeyKind.RsaHigh => 0x01C0_0012,
        EndorsementKeyKind.EccHigh => 0x01C0_0014,
        EndorsementKeyKind.EccP384High => 0x01C0_0016,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of endorsement key"),
    });

    /// <summary>A key of the low range is used by policy, one of the high range by its empty password as well.</summary>
    public static bool NeedsPolicy(EndorsementKeyKind kind) => kind is EndorsementKeyKind.Ecc or EndorsementKeyKind.Rsa;
}
