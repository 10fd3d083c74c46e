using KeyBroker.Attestation;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>Secrets: sealed by the TPM when put, opened by it when released, and changed in between as keys are.</summary>
internal sealed class SecretVault(
    SecretStore store, SecretMaker maker, Sealer sealer, Revisions revisions, DestructionStore destructions)
{
    public const int LongestValue = 64 * 1024;

    private const string Label = "keybroker-secret-v1";

    /// <exception cref="StoreIntegrityException">A row of this secret was edited or exchanged.</exception>
    public SecretRecord? Find(string name) => store.Find(name);

    /// <summary>KEY-11. With its newest version, and the one that is named if there is such a one.</summary>
    /// <param name="version">0 for no other.</param>
    /// <exception cref="StoreIntegrityException">A row of these was edited or exchanged.</exception>
    public SecretRecord? Find(string name, int version) => store.Find(name, version);

    /// <summary>Who made it; null where there is none.</summary>
    public string? CreatorOf(string name) => store.CreatorOf(name);

    /// <summary>The same in a transaction.</summary>
    public string? CreatorOf(WriteTransaction transaction, string name) => store.CreatorOf(transaction, name);

    public IReadOnlyList<Listed<SecretRecord>> List(string? after, int limit) => store.List(after, limit);

    /// <summary>Seals a value as the next version, which is the primary one once the commit ran.</summary>
    /// <exception cref="DeniedException">too-large, key-state, destroyed.</exception>
    public Task<Prepared<SecretRecord>> PrepareAsync(NewSecret wanted, CancellationToken cancellation) =>
        wanted.Value.Length <= LongestValue
            ? maker.PrepareAsync(wanted, cancellation)
            : throw new DeniedException(ProblemCodes.TooLarge, "a secret is at most 64 KiB");

    /// <summary>Reads, changes and writes a secret in one transaction.</summary>
    /// <exception cref="DeniedException">not-found, and what <paramref name="change"/> refuses with.</exception>
    public SecretRecord Change(WriteTransaction transaction, string name, Func<SecretRecord, SecretRecord> change)
    {
        var secret = store.Find(transaction, name) ?? throw Unknown();
        var changed = store.Update(transaction, secret, change(secret));
        destructions.Follow(transaction, secret, changed);
        return changed;
    }

    /// <summary>LIF-20, of secrets: in the transaction that records a release, the version still admits it.</summary>
    /// <exception cref="DeniedException">key-state, destroyed, not-found.</exception>
    public void RequireStill(WriteTransaction transaction, SecretRecord used, int version, string verb)
    {
        if (revisions.IsCurrent(used))
        {
            return;
        }

        var secret = store.Find(transaction, used.Name, version) is { } found && found.Id == used.Id ? found : throw Unknown();
        KeyLifeCycle.Check(secret, secret.Version(version)!, verb);
        revisions.Set(secret);
    }

    /// <summary>The version that is asked for, if its state admits the verb; the newest where none is named.</summary>
    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public static SecretVersion Choose(SecretRecord secret, string verb, int? number)
    {
        var version = Numbered(secret, number);
        KeyLifeCycle.Check(secret, version, verb);
        return version;
    }

    /// <summary>The value of a version, whatever its state; the caller wipes it.</summary>
    /// <exception cref="DeniedException">not-found: no such version.</exception>
    /// <exception cref="StoreIntegrityException">The stored value is not the one that was put.</exception>
    public async Task<SecretBytes> OpenAsync(SecretRecord secret, int? number, CancellationToken cancellation)
    {
        var version = Numbered(secret, number);
        var opened = await sealer.UnsealAsync(
            version.Object, Context(secret.Id, version.Version), Residence.Local, cancellation);
        return Envelope.Open(opened, version.Wrapped, Binding(version.SecretId, version.Version));
    }

    /// <summary>What the value under a sealed key is bound to.</summary>
    internal static byte[] Binding(string id, int version) => GcmBox.Context(Label, id, version, []);

    /// <summary>What the sealed object is bound to.</summary>
    internal static string Context(string id, int version) => $"secret:{id}:{version}";

    private static SecretVersion Numbered(SecretRecord secret, int? number) =>
        (number is { } named ? secret.Version(named) : secret.Newest)
        ?? throw new DeniedException(ProblemCodes.NotFound, "no such version");

    private static DeniedException Unknown() => new(ProblemCodes.NotFound, "there is no such secret");
}
