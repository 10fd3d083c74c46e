using KeyBroker.Attestation;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Attestations;
using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Storage;

/// <summary>What boots have in common is stored once, and goes with the last row that names it.</summary>
public sealed class AttestationStoreTests
{
    private readonly RowMac _mac = new(new byte[32]);

    [Fact]
    public async Task Facts_and_logs_are_stored_once_and_swept_with_the_last_attestation()
    {
        await using var store = new TemporaryDatabase();
        for (var number = 0; number < 20; number++)
        {
            await InsertAsync(store, $"m{number % 2}", $"j{number}", BootLog.Honest());
        }

        await InsertAsync(store, "m2", "other", BootLog.Honest(secureBoot: 0));
        Assert.Equal((21, 4, 3), (store.Count("attestations"), store.Count("contents"), store.Count("event_logs")));

        await SweepAsync(store, "jti = 'other'");
        Assert.Equal((20, 2, 2), (store.Count("attestations"), store.Count("contents"), store.Count("event_logs")));
        await SweepAsync(store, "machine = 'm0'");
        Assert.Equal((10, 2, 1), (store.Count("attestations"), store.Count("contents"), store.Count("event_logs")));
        Assert.True(store.Database.Read(connection => new AttestationRecords(_mac).Find(connection, "j1"))!.Measured.FactsIn(TpmAlgorithm.Sha256)!.SecureBoot);
        await SweepAsync(store, "machine = 'm1'");
        Assert.Equal((0, 0, 0), (store.Count("attestations"), store.Count("contents"), store.Count("event_logs")));
    }

    private async Task InsertAsync(TemporaryDatabase store, string machine, string jti, BootLog boot)
    {
        var registers = boot.Registers().ToDictionary(register => (TpmAlgorithm.Sha256, register.Key), register => register.Value);
        var measured = MeasuredState.DangerousFromValues(registers).With(boot.ToBytes());
        var record = new AttestationRecord(jti, machine, new BootCounters(1, 1), measured)
        {
            PolicyDigest = "",
            CnfThumbprint = "",
            Epoch = 0,
            IssuedAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = DateTimeOffset.UnixEpoch,
            Policies = [],
        };
        var prepared = store.Database.Read(connection => new AttestationRecords(_mac).Prepare(connection, record, boot.ToBytes()));
        await store.Database.WriteAsync(
            transaction =>
            {
                AttestationRecords.Insert(transaction, prepared);
                new EventLogRecords(_mac, TimeProvider.System).Keep(transaction, machine, prepared.EventLog!);
            },
            TestContext.Current.CancellationToken);
    }

    private static Task SweepAsync(TemporaryDatabase store, string gone) => store.Database.WriteAsync(
        transaction =>
        {
            transaction.Execute($"DELETE FROM attestations WHERE {gone}");
            EventLogRecords.Sweep(transaction);
            Contents.Sweep(transaction);
        },
        TestContext.Current.CancellationToken);
}
