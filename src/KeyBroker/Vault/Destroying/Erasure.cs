using KeyBroker.Storage;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>After the commit that destroyed a key or a secret: nothing of its private parts stays in memory, in the TPM, or in the database's files.</summary>
internal sealed class Erasure(OpenKeys open, TpmKeys tpm, Database database)
{
    /// <param name="before">The key or secret as it was, with what is to be gone.</param>
    /// <returns>Whether the files are clean; if not, another try may do it.</returns>
    public async Task<bool> EraseAsync(VaultItem before, IEnumerable<int> versions)
    {
        var gone = before.AllVersions.Where(version => versions.Contains(version.Version)).ToList();
        foreach (var version in gone) // A secret is open only while it is released, in the TPM and in memory alike.
        {
            if (version is KeyVersion keyVersion && before is KeyRecord key)
            {
                open.Forget((keyVersion.KeyId, keyVersion.Version));
                await ForgetInTpmAsync(key, keyVersion);
            }
        }

        return await Task.Run(() => database.Erase(gone.SelectMany(version => new[] { version.Object.Private, version.Wrapped ?? [] })));
    }

    /// <summary>At start: a broker that was killed after such a commit may have left pages of before in the log.</summary>
    public Task<bool> EmptyLogAsync() => Task.Run(() => database.Erase([]));

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
