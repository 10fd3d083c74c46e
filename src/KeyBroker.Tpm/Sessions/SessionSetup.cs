using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>How a session starts (TPM 2.0 Part 1, 19.6.8 to 19.6.12): what its key is made of, and how it encrypts.</summary>
public sealed record SessionSetup
{
    public TpmAlgorithm Hash { get; init; } = TpmAlgorithm.Sha256;

    /// <summary>Null for no salt: what the session protects is then no more secret than an authorization value.</summary>
    public SaltKey? Salt { get; init; }

    /// <summary>Null for a session that is bound to nothing.</summary>
    public BoundEntity? BoundTo { get; init; }

    /// <summary>What encrypts parameters: AES in CFB mode.</summary>
    public SymmetricDefinition Symmetric { get; init; } = SymmetricDefinition.Aes128Cfb;
}
