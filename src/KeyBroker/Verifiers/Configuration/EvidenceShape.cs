namespace KeyBroker.Verifiers;

/// <summary>How evidence is written for a verifier that is asked.</summary>
internal enum EvidenceShape
{
    /// <summary>Our own JSON: everything that came.</summary>
    KeyBroker = 1,

    /// <summary>Veraison's scheme tpm-enacttrust: node, TPMS_ATTEST, TPMT_SIGNATURE.</summary>
    EnactTrust = 2,
}
