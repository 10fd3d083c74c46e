using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Settings of a key that an administrator changes; what is null stays as it is.</summary>
internal sealed record KeySettings
{
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public int? MinDecryptVersion { get; init; }

    /// <summary>Whether <see cref="RotationPeriod"/> and <see cref="RotationUses"/> replace what is set.</summary>
    public bool SetsRotation { get; init; }

    public TimeSpan? RotationPeriod { get; init; }

    public long? RotationUses { get; init; }

    public bool? DeletionProtection { get; init; }

    public bool? Exportable { get; init; }

    /// <exception cref="DeniedException">key-state, operation-unsupported, destroyed.</exception>
    public KeyRecord Apply(KeyRecord key)
    {
        _ = ItemChanges.NotDestroyed(key);
        RefuseToTurnBack(key);
        Require(MinDecryptVersion is null || MinDecryptVersion <= key.PrimaryVersion, key, "minDecryptVersion is beyond the primary version");
        if (RotationUses is not null && KeyTypes.Of(key).Family != KeyFamily.Aes)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, "only the encryptions of an AES key are counted");
        }

        return key with
        {
            Labels = Labels ?? key.Labels,
            Exportable = Exportable ?? key.Exportable,
            RotationPeriod = SetsRotation ? RotationPeriod : key.RotationPeriod,
            Life = key.Life with
            {
                MinDecryptVersion = MinDecryptVersion ?? key.Life.MinDecryptVersion,
                DeletionProtection = DeletionProtection ?? key.Life.DeletionProtection,
                RotationUses = SetsRotation ? RotationUses : key.Life.RotationUses,
            },
        };
    }

    /// <summary>LIF-16. Latches: protection is only ever turned on, exportability only ever off.</summary>
    private void RefuseToTurnBack(KeyRecord key)
    {
        Require(DeletionProtection is not false || !key.Life.DeletionProtection, key, "deletionProtection is never turned off");
        Require(Exportable is not true || key.Exportable, key, "a key is never made exportable after its creation");
        Require(
            DeletionProtection is not true || !ItemDestruction.Of(key).Any(), key, "a destruction is planned: cancel it first");
    }

    private static void Require(bool holds, KeyRecord key, string message)
    {
        if (!holds)
        {
            throw KeyLifeCycle.Refuse(key, message);
        }
    }
}
