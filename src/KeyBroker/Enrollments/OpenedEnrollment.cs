using KeyBroker.Tpm.Credentials;

namespace KeyBroker.Enrollments;

/// <summary>An attempt that waits for the secret that only the right TPM can recover.</summary>
internal sealed record OpenedEnrollment(string Id, string Machine, CredentialBlob Credential, DateTimeOffset ExpiresAt);
