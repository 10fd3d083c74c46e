namespace KeyBroker.Tpm.Endorsements;

/// <summary>Which of the TCG's default templates a machine's endorsement key has (EK Credential Profile, annex B).</summary>
public enum EndorsementKeyKind
{
    /// <summary>Template L-2, P-256.</summary>
    Ecc = 0,

    /// <summary>Template L-1, RSA 2048.</summary>
    Rsa = 1,

    /// <summary>Template H-1, RSA 2048.</summary>
    RsaHigh = 2,

    /// <summary>Template H-2, P-256.</summary>
    EccHigh = 3,

    /// <summary>Template H-3, P-384.</summary>
    EccP384High = 4,
}
