using Dapper;
using KeyBroker.Storage;

namespace KeyBroker.Vault;

/// <summary>What is out of the rows and perhaps not yet out of the files; it outlives a crash, so that the next start goes on.</summary>
internal sealed class PendingErasures(Database database)
{
    /// <summary>LIF-15. Notes what a change destroys, in its transaction.</summary>
    public static void Note(WriteTransaction transaction, VaultItem before, VaultItem after)
    {
        var gone = before.AllVersions
            .Where(version => version.State != KeyVersionState.Destroyed && after.Numbered(version.Version)?.State == KeyVersionState.Destroyed)
            .SelectMany(version => new[] { version.Object.Private, version.Wrapped ?? [] });
        var marks = TraceMarks.Of(gone);
        if (!marks.IsEmpty)
        {
            transaction.Execute(
                "INSERT INTO erasures (name, marks) VALUES (@name, @marks)", new { name = after.Name, marks = marks.ToBytes() });
        }
    }

    public IReadOnlyList<(long Id, string Name, byte[] Marks)> List() => database.ReadOnce(connection =>
        connection.Query<(long, string, byte[])>("SELECT id, name, marks FROM erasures ORDER BY id").ToArray());

    public Task ForgetAsync(long last, CancellationToken cancellation) => database.WriteAsync(
        transaction => transaction.Execute("DELETE FROM erasures WHERE id <= @last", new { last }), cancellation);
}
