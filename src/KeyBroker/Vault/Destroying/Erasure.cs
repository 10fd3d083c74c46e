using KeyBroker.Storage;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>After the commit that destroyed a key or a secret: nothing of its private parts stays in memory, in the TPM, or in the database's files.</summary>
internal sealed class Erasure(OpenKeys open, TpmKeys tpm, Database database)
{
    private readonly PendingErasures _pending = new(database);

    /// <summary>In memory and in the TPM; a broker that was killed instead has forgotten, and flushes the TPM when it starts.</summary>
    /// <param name="before">The key or secret as it was.</param>
    /// <param name="versions">What of it is to be gone.</param>
    public async Task ForgetAsync(VaultItem before, IEnumerable<int> versions)
    {
        foreach (var version in before.AllVersions.Where(version => versions.Contains(version.Version)))
        {
            // A secret is open only while it is released, in the TPM and in memory alike.
            if (version is KeyVersion keyVersion && before is KeyRecord key)
            {
                open.Forget((keyVersion.KeyId, keyVersion.Version));
                await ForgetInTpmAsync(key, keyVersion);
            }
        }
    }

    /// <summary>Everything that was destroyed and not seen to be gone from the files, since whenever that is.</summary>
    /// <returns>The names of what is left in them; another try may do it.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be read or written.</exception>
    public async Task<IReadOnlyList<string>> EraseAsync(CancellationToken cancellation)
    {
        var pending = _pending.List();
        if (pending.Count == 0)
        {
            return [];
        }

        if (!await Task.Run(() => database.Erase(TraceMarks.Parse(pending.Select(each => each.Marks))), cancellation))
        {
            return [.. pending.Select(each => each.Name).Distinct()];
        }

        await _pending.ForgetAsync(pending[^1].Id, cancellation);
        return [];
    }

    private async Task ForgetInTpmAsync(KeyRecord key, KeyVersion version)
    {
        try
        {
            await tpm.ForgetAsync(key, version);
        }
        catch (TpmUnavailableException)
        {
            // A TPM that is away keeps no objects, and saved contexts end with the connection.
        }
    }
}
