using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>The outcome of one-pass ECDH: the shared point, which is secret, and the public point to send.</summary>
public sealed record EcdhKeyGenResponse(EccPoint Shared, EccPoint Ephemeral)
{
    public override string ToString() => nameof(EcdhKeyGenResponse);
}
