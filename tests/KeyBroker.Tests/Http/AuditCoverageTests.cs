using KeyBroker.Tests.Http.Api;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>(threats L06, L07) Every operation there is, asked for with success and of what is not there: one record of whoever is known, and no way to a sink.</summary>
public sealed class AuditCoverageTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    /// <summary>What is asked for with a body, of nobody or by an administrator, and changes nothing; a checkpoint is a record itself.</summary>
    private static readonly string[] s_silent =
        ["challenge", "attestBroker", "requestCertificate", "evaluatePolicies", "whatIfPolicies", "makeAuditCheckpoint"];

    [Fact]
    public async Task Every_operation_of_somebody_known_leaves_one_record()
    {
        broker.WritePolicy("web-tier", SoftwareMachine.GoodRegister, Keeper.Everything);
        await broker.AdministerAsync("policies/reload");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var store = new BrokerStore(broker);
        var witness = new ApiWitness(ApiFile.Read(), broker) { Machine = machine, Records = () => store.Count("audit") };
        await new ApiWalk(witness, broker).EverythingAsync();
        Assert.Equal(witness.File.Operations.Keys.Order(), witness.Recorded.Where(IsDone).Select(seen => seen.Operation.Id).Distinct().Order());
        Assert.All(witness.Recorded.Where(IsDone), seen => Assert.True(seen.Records == (IsRecorded(seen.Operation) ? 1 : 0), $"{seen.Operation.Id}: {seen.Records}"));

        var refused = witness.Recorded.Count;
        var named = witness.File.Operations.Values.Where(operation => operation.NeedsToken && ApiRefusals.Segment(operation) is not null).ToList();
        foreach (var operation in named.Where(operation => operation.Id != "sealSecret")) // Which makes what is not there.
        {
            await witness.RefuseAsync("404 not-found", operation.Id, "bank%2Fnothing", ApiRefusals.Body(operation));
        }

        Assert.True(witness.Recorded.Count > refused + 15);
        Assert.All(witness.Recorded.Skip(refused), seen => Assert.True(seen.Records == 1, $"{seen.Operation.Id} refused: {seen.Records}"));
    }

    [Fact]
    public void No_operation_adds_moves_or_removes_a_sink() => Assert.Equal(
        ["makeAuditCheckpoint"],
        ApiFile.Read().Operations.Values.Where(operation => operation.Method != "GET" && operation.Path.Contains("audit", StringComparison.Ordinal)).Select(operation => operation.Id));

    private static bool IsDone((ApiOperation Operation, int Status, long Records) seen) => seen.Status is 200 or 201;

    private static bool IsRecorded(ApiOperation operation) =>
        operation.NeedsToken || (operation.Method != "GET" && !s_silent.Contains(operation.Id));
}
