using KeyBroker.Storage;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>After the commit that destroyed a key: nothing of its private parts stays in memory, in the TPM, or in the database's files.</summary>
internal sealed class KeyErasure(OpenKeys open, TpmKeys tpm, Database database)
{
    /// <param name="before">The key as it was, with what is to be gone.</param>
    /// <returns>Whether the files are clean; if not, another try may do it.</returns>
    public async Task<bool> EraseAsync(KeyRecord before, IEnumerable<int> versions)
    {
        var gone = before.Versions.Where(version => versions.Contains(version.Version)).ToList();
        foreach (var version in gone)
        {
            open.Forget((version.KeyId, version.Version));
            await ForgetInTpmAsync(before, version);
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
