using System.Data;
using Dapper;
using KeyBroker.Attestation.Policies;
using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>POL-54. Counts what is granted so many times only: per machine, policy, name and verb, for good.</summary>
internal sealed class GrantCounts(Database database, RowMac macs)
{
    private const string Find =
        """
        SELECT machine AS Machine, policy AS Policy, resource AS Resource, verb AS Verb, used AS Used, mac AS Mac
        FROM grant_uses WHERE machine = @Machine AND policy = @Policy AND resource = @Resource AND verb = @Verb
        """;

    private const string Put =
        """
        INSERT INTO grant_uses (machine, policy, resource, verb, used, mac) VALUES (@Machine, @Policy, @Resource, @Verb, @Used, @Mac)
        ON CONFLICT (machine, policy, resource, verb) DO UPDATE SET used = excluded.used, mac = excluded.mac
        """;

    /// <summary>True where the grant may be used once more as things stand; <see cref="Take"/> decides.</summary>
    public bool IsLeft(Granted granted, string machine, string resource, string verb) => Limit(granted, verb) is not { } most
        || database.ReadOnce(connection => Read(connection, null, RowOf(granted, machine, resource, verb))).Used < most;

    /// <summary>Counts the use in the transaction that records it, under the first grant of which something is left.</summary>
    /// <returns>False where nothing is left of any.</returns>
    public bool Take(WriteTransaction transaction, Approval approval)
    {
        // A grant without a limit costs nothing of those that have one.
        if (approval.Grants.Any(granted => Limit(granted, approval.Verb) is null))
        {
            return true;
        }

        foreach (var granted in approval.Grants)
        {
            var wanted = RowOf(granted, approval.Machine, approval.Resource, approval.Verb);
            var row = Read(transaction.Connection, transaction.Transaction, wanted);
            if (row.Used < Limit(granted, approval.Verb))
            {
                row.Used++;
                transaction.Execute(Put, row.Sign(macs));
                return true;
            }
        }

        return false;
    }

    /// <summary>To look is no use.</summary>
    private static int? Limit(Granted granted, string verb) => verb == Verb.Read ? null : granted.Terms.MaxUses;

    private static GrantUseRow RowOf(Granted granted, string machine, string resource, string verb) =>
        new() { Machine = machine, Policy = granted.Policy.Name, Resource = resource, Verb = verb };

    private GrantUseRow Read(IDbConnection connection, IDbTransaction? transaction, GrantUseRow wanted) =>
        connection.QuerySingleOrDefault<GrantUseRow>(Find, wanted, transaction)?.Check(macs) ?? wanted;
}
