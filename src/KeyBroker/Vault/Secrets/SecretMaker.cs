using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Makes secret versions: intent first, then the TPM, then a commit that the caller runs with its audit record.</summary>
internal sealed class SecretMaker(SecretStore store, Sealer sealer, Intents intents, TimeProvider clock)
{
    /// <exception cref="DeniedException">key-state, destroyed, and what the caller demands.</exception>
    public async Task<Prepared<SecretRecord>> PrepareAsync(NewSecret wanted, CancellationToken cancellation)
    {
        var intent = await intents.BeginAsync(
            "secret", $"secret:{wanted.Name}", transaction => Next(transaction, wanted), cancellation);
        var made = false;
        try
        {
            var version = await MakeAsync(intent.Plan, wanted.Value, cancellation);
            made = true;
            return new(
                intent.Plan.With(version),
                transaction =>
                {
                    Add(transaction, version, wanted);
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

    /// <summary>Of the secret as it is now: what else was changed while the TPM worked stays changed.</summary>
    private void Add(WriteTransaction transaction, SecretVersion made, NewSecret wanted)
    {
        var plan = Next(transaction, wanted);
        if (plan.Number != made.Version || (plan.Stored is { } other && other.Id != made.SecretId))
        {
            throw new DeniedException(ProblemCodes.Exists, "the secret changed meanwhile");
        }

        if (plan.Stored is { } stored)
        {
            store.Update(transaction, stored, plan.With(made));
        }
        else
        {
            store.Insert(transaction, (plan with { Id = made.SecretId }).With(made));
        }
    }

    private async Task<SecretVersion> MakeAsync(Plan plan, ReadOnlyMemory<byte> value, CancellationToken cancellation)
    {
        using var envelope = Envelope.Close(value.Span, SecretVault.Binding(plan.Id, plan.Number));
        return new SecretVersion
        {
            SecretId = plan.Id,
            Version = plan.Number,
            State = KeyVersionState.Active,
            Object = await sealer.SealAsync(
                envelope.Sealable, SecretVault.Context(plan.Id, plan.Number), Residence.Local, cancellation),
            Wrapped = envelope.Wrapped,
            CreatedAt = clock.GetUtcNow(),
        };
    }

    private Plan Next(WriteTransaction transaction, NewSecret wanted)
    {
        var stored = store.Find(transaction, wanted.Name, version: 0);
        if (stored is not null && !(wanted.IsNew && stored.State != KeyVersionState.Destroyed))
        {
            KeyLifeCycle.Check(stored, stored.Newest, "seal");
        }

        RequireAsDemanded(stored, wanted);
        return new Plan(stored, stored?.Id ?? Guid.NewGuid().ToString("N"), wanted, clock.GetUtcNow());
    }

    /// <summary>RFC 9110, 13.1.1: If-Match of what does not exist is never true.</summary>
    private static void RequireAsDemanded(SecretRecord? stored, NewSecret wanted)
    {
        if (wanted.IsNew && stored is not null)
        {
            throw new DeniedException(ProblemCodes.Exists, "a secret of this name exists");
        }

        if (wanted.Require is not { } require)
        {
            return;
        }

        if (stored is null)
        {
            throw KeyLifeCycle.Refuse(KeyVersionState.PreActive, "there is no such secret yet", ["seal"]);
        }

        require(stored);
    }

    /// <summary>The secret as it is, and what its next version makes of it.</summary>
    private sealed record Plan(SecretRecord? Stored, string Id, NewSecret Wanted, DateTimeOffset Now)
    {
        public int Number => (Stored?.Newest.Version ?? 0) + 1;

        public SecretRecord With(SecretVersion made) => Stored is { } stored
            ? stored with
            {
                Labels = Wanted.Labels ?? stored.Labels,
                Versions = [.. stored.Versions.Select(version => VersionChanges.Retire(version, Number, Now)), made],
            }
            : new SecretRecord
            {
                Id = Id,
                Name = Wanted.Name,
                Labels = Wanted.Labels ?? new Dictionary<string, string>(),
                State = KeyVersionState.Active,
                CreatedAt = Now,
                CreatedBy = Wanted.CreatedBy,
                Revision = 1,
                Versions = [made],
            };
    }
}
