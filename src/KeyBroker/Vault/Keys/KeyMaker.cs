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
        return await MakeAsync(intent, (transaction, made) => store.Insert(transaction, With(intent.Plan, made)), cancellation);
    }

    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public async Task<Prepared<KeyRecord>> RotateAsync(string name, Rotation wanted, CancellationToken cancellation)
    {
        var intent = await intents.BeginAsync("key", Subject(name), transaction => Next(transaction, name, wanted),
            cancellation);
        return await MakeAsync(intent, (transaction, made) => Add(transaction, made, intent.Plan, wanted), cancellation);
    }

    private async Task<Prepared<KeyRecord>> MakeAsync(
        Intent<NewVersion> intent, Action<WriteTransaction, KeyVersion> write, CancellationToken cancellation)
    {
        var isMade = false;
        try
        {
            var made = await MakeAsync(intent.Plan, cancellation);
            isMade = true;
            return new(
                With(intent.Plan, made),
                transaction =>
                {
                    write(transaction, made);
                    Intents.End(transaction, intent);
                },
                () => intents.AbandonAsync(intent));
        }
        finally
        {
            if (!isMade)
            {
                await intents.AbandonAsync(intent);
            }
        }
    }

    private async Task<KeyVersion> MakeAsync(NewVersion plan, CancellationToken cancellation)
    {
        var made = await tpm.CreateAsync(plan.Key, plan.Number, cancellation);
        return new KeyVersion
        {
            KeyId = plan.Key.Id,
            Version = plan.Number,
            State = plan.Activate ? KeyVersionState.Active : KeyVersionState.PreActive,
            Object = made.Object,
            Wrapped = made.Wrapped,
            PublicJwk = made.PublicJwk?.ToJson(),
            Home = plan.Key.Residence == ResidenceNames.Local ? tpm.Home : "",
            CreatedAt = clock.GetUtcNow(),
        };
    }

    private KeyRecord With(NewVersion plan, KeyVersion made) => plan.With(made, clock.GetUtcNow());

    /// <summary>Of the key as it is now: what else was changed while the TPM worked stays changed.</summary>
    private void Add(WriteTransaction transaction, KeyVersion made, NewVersion planned, Rotation wanted)
    {
        var plan = Next(transaction, planned.Key.Name, wanted);
        if (plan.Key.Id != planned.Key.Id || plan.Number != made.Version)
        {
            throw KeyLifeCycle.Refuse(plan.Key.State, "the key changed meanwhile");
        }

        store.Update(transaction, plan.Key, With(plan, made));
    }

    private static NewVersion Vacant(WriteTransaction transaction, KeyRecord draft) =>
        KeyStore.Exists(transaction, draft.Name)
            ? throw new DeniedException(ProblemCodes.Exists, "a key of this name exists")
            : new NewVersion(draft, draft.PrimaryVersion, Activate: true);

    private NewVersion Next(WriteTransaction transaction, string name, Rotation wanted)
    {
        var key = store.Find(transaction, name, version: 0) ?? throw new DeniedException(ProblemCodes.NotFound, "no such key");
        wanted.Require?.Invoke(key);
        KeyLifeCycle.Check(key, key.Primary, "rotate");
        return new NewVersion(key, KeyStore.LastVersionOf(transaction, key) + 1, wanted.Activate);
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
        Revision = 1,
        Versions = [],
    };

    private static string Subject(string name) => $"key:{name}";
}
