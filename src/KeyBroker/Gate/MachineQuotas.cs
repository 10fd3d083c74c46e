using System.Data;
using Dapper;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies;
using KeyBroker.Configuration;
using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>KEY-10. Holds machines to how much they may make; what is destroyed is not counted.</summary>
internal sealed class MachineQuotas(Database database, BrokerSettings settings)
{
    private const string OwnKeys = "SELECT COUNT(*) FROM keys WHERE created_by = @Machine AND state <> 'destroyed'";
    private const string OwnSecrets = "SELECT COUNT(*) FROM secrets WHERE created_by = @Machine AND name <> @Name";

    private const string Versions =
        """
        SELECT COUNT(*) FROM key_versions JOIN keys ON keys.id = key_versions.key_id
        WHERE keys.name = @Name AND key_versions.state <> 'destroyed'
        """;

    /// <summary>As things stand, before the TPM is asked for what could not be kept.</summary>
    /// <exception cref="DeniedException">operation-denied.</exception>
    public void Check(Admission admission)
    {
        if (QuotaOf(admission.Verb) is { Most: > 0 })
        {
            database.ReadOnce(connection => Check(connection, null, admission));
        }
    }

    /// <summary>In the transaction that makes it.</summary>
    /// <exception cref="DeniedException">operation-denied.</exception>
    public void Check(WriteTransaction transaction, Admission admission) =>
        Check(transaction.Connection, transaction.Transaction, admission);

    private bool Check(IDbConnection connection, IDbTransaction? transaction, Admission admission)
    {
        var (most, count, what) = QuotaOf(admission.Verb);
        var parameters = new { admission.Machine, Name = admission.ResourceName };
        return most == 0 || IsThere(connection, transaction, admission) || connection.ExecuteScalar<long>(count, parameters, transaction) < most
            ? true
            : throw new DeniedException(ProblemCodes.OperationDenied, $"the quota is {most} {what}");
    }

    // The next version of a secret is no other secret.
    private static bool IsThere(IDbConnection connection, IDbTransaction? transaction, Admission admission) =>
        admission.Verb == Verb.Seal && connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM secrets WHERE name = @ResourceName", new { admission.ResourceName }, transaction) > 0;

    private (int Most, string Count, string What) QuotaOf(string verb) => verb switch
    {
        Verb.Create => (settings.Quotas.KeysPerMachine, OwnKeys, "keys a machine"),
        Verb.Seal => (settings.Quotas.SecretsPerMachine, OwnSecrets, "secrets a machine"),
        Verb.Rotate => (settings.Quotas.VersionsPerKey, Versions, "versions a key"),
        _ => (0, "", ""),
    };
}
