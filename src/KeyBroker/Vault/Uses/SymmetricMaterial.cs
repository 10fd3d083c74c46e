using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Vault;

/// <summary>An open AES or HMAC key.</summary>
internal sealed class SymmetricMaterial(SecretBytes bytes) : KeyMaterial
{
    public override PublicJwk? PublicJwk => null;

    public ReadOnlySpan<byte> Span => bytes.Span;

    public override SecretBytes Export() => SecretBytes.Copy(bytes.Span);

    public override void Dispose() => bytes.Dispose();
}
