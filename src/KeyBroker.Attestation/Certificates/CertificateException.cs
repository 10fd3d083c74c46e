namespace KeyBroker.Attestation.Certificates;

/// <summary>The bytes are no certificate, or one that leads to no root or breaks a rule.</summary>
public sealed class CertificateException : FormatException
{
    public CertificateException(string message)
        : base(message)
    {
    }

    public CertificateException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
