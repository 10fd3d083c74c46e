using KeyBroker.Enrollments;
using KeyBroker.Storage;
using KeyBroker.Tests.Storage;
using Xunit;

namespace KeyBroker.Tests.Enrollments;

/// <summary>The bound on machines that wait for approval.</summary>
public sealed class MachineRecordsTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddYears(50);

    [Fact]
    public async Task Pending_machines_are_bounded_and_the_oldest_leave()
    {
        await using var store = new TemporaryDatabase();
        var records = new MachineRecords(new RowMac(new byte[32]));
        await store.Database.WriteAsync(
            transaction =>
            {
                Save(records, transaction, "active", MachineStatus.Active, age: 100);
                for (var age = 1; age <= 9; age++)
                {
                    Save(records, transaction, $"p{age}", MachineStatus.Pending, age);
                }

                MachineRecords.PrunePending(transaction, s_now - TimeSpan.FromDays(7), limit: 5);
            },
            TestContext.Current.CancellationToken);

        var left = store.Database.Read(connection => records.List(connection, "", 100));
        Assert.Equal(["active", "p1", "p2", "p3", "p4", "p5"], left.Select(machine => machine.Name));
    }

    [Fact]
    public async Task Pending_machines_are_bounded_in_age()
    {
        await using var store = new TemporaryDatabase();
        var records = new MachineRecords(new RowMac(new byte[32]));
        await store.Database.WriteAsync(
            transaction =>
            {
                Save(records, transaction, "old", MachineStatus.Pending, age: 8);
                Save(records, transaction, "young", MachineStatus.Pending, age: 6);
                MachineRecords.PrunePending(transaction, s_now - PendingBounds.Age, PendingBounds.Count);
            },
            TestContext.Current.CancellationToken);

        var left = store.Database.Read(connection => records.List(connection, "", 100));
        Assert.Equal("young", Assert.Single(left).Name);
    }

    private static void Save(MachineRecords records, WriteTransaction transaction, string id, string status, int age) =>
        records.Save(transaction, new Machine(id, id, status, s_now.AddDays(-age)));
}
