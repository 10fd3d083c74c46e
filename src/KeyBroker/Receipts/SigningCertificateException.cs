namespace KeyBroker.Receipts;

/// <summary>A certificate chain that is not taken for a signing key, and why.</summary>
internal sealed class SigningCertificateException(string message) : Exception(message);
