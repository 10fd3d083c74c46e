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
    private const string OwnSecrets = "SELECT COUNT(*) FROM secrets WHERE created_by = @Machine AND state <> 'destroyed'";

    private const string Versions =
        """
        SELECT COUNT(*) FROM key_versions JOIN keys ON keys.id = key_versions.key_id
        WHERE keys.name = @Name AND key_versions.state <> 'destroyed'
        """;

    private const string SecretVersions =
        """
        SELECT COUNT(*) FROM secret_versions JOIN secrets ON secrets.id = secret_versions.secret_id
        WHERE secrets.name = @Name AND secret_versions.state <> 'destroyed'
        """;

    private const string SecretExists = "SELECT COUNT(*) FROM secrets WHERE name = @Name";

    /// <summary>As things stand, before the TPM is asked for what could not be kept.</summary>
    /// <exception cref="DeniedException">operation-denied.</exception>
    public void Check(Admission admission)
    {
        if (admission.Verb is Verb.Create or Verb.Seal or Verb.Rotate)
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
        var parameters = new { admission.Machine, Name = admission.ResourceName };
        var (most, count, what) = QuotaOf(admission.Verb, () => connection.ExecuteScalar<long>(SecretExists, parameters, transaction) > 0);
        return most == 0 || connection.ExecuteScalar<long>(count, parameters, transaction) < most
            ? true
            : throw new DeniedException(ProblemCodes.OperationDenied, $"the quota is {most} {what}");
    }

    // The next version of a secret is no other secret.
    private (int Most, string Count, string What) QuotaOf(string verb, Func<bool> isThere) => verb switch
    {
        Verb.Create => (settings.Quotas.KeysPerMachine, OwnKeys, "keys a machine"),
        Verb.Seal when isThere() => (settings.Quotas.VersionsPerSecret, SecretVersions, "versions a secret"),
        Verb.Seal => (settings.Quotas.SecretsPerMachine, OwnSecrets, "secrets a machine"),
        Verb.Rotate => (settings.Quotas.VersionsPerKey, Versions, "versions a key"),
        _ => (0, "", ""),
    };
}
