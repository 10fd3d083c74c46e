using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Makes key versions: intent first, then the TPM, then a commit that the caller runs with its audit record.</summary>
internal sealed class KeyMaker(KeyStore store, TpmKeys tpm, Intents intents, TimeProvider clock)
{
    /// <exception cref="DeniedException">operation-unsupported, exists.</exception>
    public async Task<Prepared<KeyRecord>> CreateAsync(KeySpec spec, CancellationToken cancellation)
    {
        var draft = Draft(spec, KeyDesign.Check(spec));
        var intent = await intents.BeginAsync("key", Subject(spec.Name), transaction => Vacant(transaction, draft),
            cancellation);
        return await MakeAsync(intent, store.Insert, cancellation);
    }

    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public async Task<Prepared<KeyRecord>> RotateAsync(string name, CancellationToken cancellation)
    {
        var intent = await intents.BeginAsync("key", Subject(name), transaction => Next(transaction, name),
            cancellation);
        return await MakeAsync(intent, (transaction, key) => store.AddVersion(transaction, name, key.Primary),
            cancellation);
    }

    private async Task<Prepared<KeyRecord>> MakeAsync(
        Intent<KeyRecord> intent, Action<WriteTransaction, KeyRecord> write, CancellationToken cancellation)
    {
        var made = false;
        try
        {
            var key = await WithNewVersionAsync(intent.Plan, cancellation);
            made = true;
            return new(
                key,
                transaction =>
                {
                    write(transaction, key);
                    Intents.End(transaction, intent);
                },
                () => intents.AbandonAsync(intent));
        }
        finally
        {
            if (!made)
            {
                await intents.AbandonAsync(intent);
            }
        }
    }

    private async Task<KeyRecord> WithNewVersionAsync(KeyRecord plan, CancellationToken cancellation)
    {
        var made = await tpm.CreateAsync(plan, plan.PrimaryVersion, cancellation);
        var version = new KeyVersion
        {
            KeyId = plan.Id,
            Version = plan.PrimaryVersion,
            State = KeyVersionState.Active,
            Object = made.Object,
            Wrapped = made.Wrapped,
            PublicJwk = made.PublicJwk?.ToJson(),
            Home = plan.Residence == ResidenceNames.Local ? tpm.Home : "",
            CreatedAt = clock.GetUtcNow(),
        };
        return plan with { Versions = [.. plan.Versions.Select(Retire), version] };
    }

    private static KeyVersion Retire(KeyVersion version) => version.State == KeyVersionState.Active
        ? version with { State = KeyVersionState.Deactivated }
        : version;

    private static KeyRecord Vacant(WriteTransaction transaction, KeyRecord draft) =>
        KeyStore.Exists(transaction, draft.Name)
            ? throw new DeniedException(ProblemCodes.Exists, "a key of this name exists")
            : draft;

    private KeyRecord Next(WriteTransaction transaction, string name)
    {
        var key = store.Find(transaction, name) ?? throw new DeniedException(ProblemCodes.NotFound, "no such key");
        KeyLifeCycle.Check(key, key.Primary, "rotate");
        return key with { PrimaryVersion = key.PrimaryVersion + 1 };
    }

    private KeyRecord Draft(KeySpec spec, KeyDesign design) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Name = spec.Name,
        Type = design.Type.Name,
        Protection = design.Protection,
        Residence = ResidenceNames.NameOf(design.Residence),
        Operations = design.Operations,
        Exportable = spec.Exportable,
        Labels = spec.Labels,
        PrimaryVersion = 1,
        State = KeyVersionState.Active,
        CreatedAt = clock.GetUtcNow(),
        CreatedBy = spec.CreatedBy,
        Versions = [],
    };

    private static string Subject(string name) => $"key:{name}";
}
