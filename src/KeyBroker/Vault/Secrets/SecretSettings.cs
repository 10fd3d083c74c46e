namespace KeyBroker.Vault;

/// <summary>Settings of a secret that an administrator changes; what is null stays as it is.</summary>
internal sealed record SecretSettings
{
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Replaced versions below this one are released no more.</summary>
    public int? MinVersion { get; init; }

    public bool? DeletionProtection { get; init; }

    /// <exception cref="Attestation.DeniedException">key-state, destroyed.</exception>
    public SecretRecord Apply(SecretRecord secret)
    {
        _ = ItemChanges.NotDestroyed(secret);
        Require(MinVersion is null || MinVersion <= secret.PrimaryNumber, secret, "minVersion is beyond the newest version");

        // LIF-16. A latch.
        Require(DeletionProtection is not false || !secret.Life.DeletionProtection, secret, "deletionProtection is never turned off");
        Require(
            DeletionProtection is not true || !ItemDestruction.Of(secret).Any(), secret, "a destruction is planned: cancel it first");
        return secret with
        {
            Labels = Labels ?? secret.Labels,
            Life = secret.Life with
            {
                MinDecryptVersion = MinVersion ?? secret.Life.MinDecryptVersion,
                DeletionProtection = DeletionProtection ?? secret.Life.DeletionProtection,
            },
        };
    }

    private static void Require(bool holds, SecretRecord secret, string message)
    {
        if (!holds)
        {
            throw KeyLifeCycle.Refuse(secret, message);
        }
    }
}
