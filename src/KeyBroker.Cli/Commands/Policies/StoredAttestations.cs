using System.Text.Json.Nodes;
using KeyBroker.Cli.Commands.Admin;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Policies;

/// <summary>Finds a stored attestation as people name it.</summary>
internal static class StoredAttestations
{
    private const int NotFound = 404;

    /// <param name="admin">The broker.</param>
    /// <param name="wanted">The beginning of an id, or a machine whose newest is meant.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="UsageException">Neither or both are given, or there is none.</exception>
    public static async Task<JsonObject> FindAsync(
        BrokerAdministration admin, (string? Attestation, string? Machine) wanted, CancellationToken cancellationToken)
    {
        if (wanted.Attestation is { } id && wanted.Machine is null)
        {
            return await AdminAttestationCommands.FindAsync(
                admin, known => ((string?)known["jti"])?.StartsWith(id, StringComparison.Ordinal) == true, cancellationToken)
                ?? throw new UsageException($"no attestation begins with '{id}'");
        }

        if (wanted is not { Attestation: null, Machine: { } name })
        {
            throw new UsageException("name an attestation or --machine, or files with --evidence or --registers");
        }

        var machine = (await MachineNames.OfAsync(admin, cancellationToken)).Find(name);
        return await AdminAttestationCommands.FindAsync(
            admin, known => (string?)known["machine"] == machine, cancellationToken)
            ?? throw new UsageException($"there is no attestation of '{name}'");
    }

    /// <summary>The event log that came with an attestation; null where the broker has not kept it.</summary>
    public static async Task<ReadOnlyMemory<byte>?> EventLogAsync(BrokerAdministration admin, string jti, CancellationToken cancellationToken)
    {
        try
        {
            return await admin.DownloadAsync($"attestations/{Uri.EscapeDataString(jti)}/event-log", cancellationToken);
        }
        catch (BrokerException missing) when (missing.Problem.Status == NotFound)
        {
            return null;
        }
    }
}
