using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Secrets: sealed by the TPM when put, opened by it when released.</summary>
internal sealed class SecretVault(SecretStore store, Sealer sealer, Intents intents, TimeProvider clock)
{
    public const int LongestValue = 64 * 1024;

    private const string Label = "keybroker-secret-v1";

    /// <exception cref="StoreIntegrityException">A row of this secret was edited or exchanged.</exception>
    public SecretRecord? Find(string name) => store.Find(name);

    /// <summary>Null where there is none.</summary>
    public string? CreatorOf(WriteTransaction transaction, string name) => store.Find(transaction, name)?.CreatedBy;

    public IReadOnlyList<Listed<SecretRecord>> List(string? after, int limit) => store.List(after, limit);

    /// <summary>Seals a value as the next version; it exists once the commit ran.</summary>
    public async Task<Prepared<SecretRecord>> PrepareAsync(
        string name, ReadOnlyMemory<byte> value, string createdBy, CancellationToken cancellation)
    {
        if (value.Length > LongestValue)
        {
            throw new DeniedException(ProblemCodes.TooLarge, "a secret is at most 64 KiB");
        }

        var intent = await intents.BeginAsync(
            "secret", $"secret:{name}", transaction => Next(store.Find(transaction, name), name, createdBy),
            cancellation);
        var made = false;
        try
        {
            var version = await MakeAsync(intent.Plan, value, cancellation);
            var secret = intent.Plan.Secret with { Versions = [.. intent.Plan.Secret.Versions, version] };
            made = true;
            return new(
                secret,
                transaction =>
                {
                    store.Add(transaction, secret);
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

    /// <summary>The value of a version; the caller wipes it.</summary>
    /// <exception cref="DeniedException">not-found: no such version.</exception>
    /// <exception cref="StoreIntegrityException">The stored value is not the one that was put.</exception>
    public async Task<SecretBytes> OpenAsync(SecretRecord secret, int? number, CancellationToken cancellation)
    {
        var version = number is null ? secret.Newest : secret.Version(number.Value);
        if (version is null)
        {
            throw new DeniedException(ProblemCodes.NotFound, "no such version");
        }

        var opened = await sealer.UnsealAsync(
            version.Object, Context(secret.Id, version.Version), Residence.Local, cancellation);
        return Envelope.Open(opened, version.Wrapped, Binding(version.SecretId, version.Version));
    }

    private async Task<SecretVersion> MakeAsync(Plan plan, ReadOnlyMemory<byte> value, CancellationToken cancellation)
    {
        using var envelope = Envelope.Close(value.Span, Binding(plan.Secret.Id, plan.Version));
        return new SecretVersion
        {
            SecretId = plan.Secret.Id,
            Version = plan.Version,
            Object = await sealer.SealAsync(
                envelope.Sealable, Context(plan.Secret.Id, plan.Version), Residence.Local, cancellation),
            Wrapped = envelope.Wrapped,
            CreatedAt = clock.GetUtcNow(),
        };
    }

    private static byte[] Binding(string id, int version) => GcmBox.Context(Label, id, version, []);

    private Plan Next(SecretRecord? stored, string name, string createdBy) =>
        new(stored ?? new SecretRecord
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = name,
            CreatedAt = clock.GetUtcNow(),
            CreatedBy = createdBy,
            Versions = [],
        },
            (stored?.Newest.Version ?? 0) + 1);

    private static string Context(string id, int version) => $"secret:{id}:{version}";

    private sealed record Plan(SecretRecord Secret, int Version);
}
