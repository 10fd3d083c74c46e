using Microsoft.Data.Sqlite;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>What the broker does when its store fails or was edited: nothing that it could not record.</summary>
public sealed class FaultTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Fact]
    public async Task Without_an_audit_record_nothing_happens_and_nothing_stays_reserved()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", Key("web/before"))).Status);

        Execute("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
        try
        {
            var refused = await machine.CallAsync("POST", "/v1/keys", Key("web/during"));
            refused.IsRefused(503, "audit-unavailable");
            Assert.Contains("Retry-After", refused.Headers, StringComparison.Ordinal);
            (await machine.CallAsync("PUT", "/v1/secrets/web%2Fduring", """{"value":"AAAA"}""")).IsRefused(503, "audit-unavailable");
            (await machine.CallAsync("POST", "/v1/keys/web%2Fbefore/rotate")).IsRefused(503, "audit-unavailable");
            (await machine.CallAsync("POST", "/v1/keys/web%2Fbefore/sign", """{"alg":"ES256","message":"AA"}"""))
                .IsRefused(503, "audit-unavailable");
            (await machine.AttestAsync()).IsRefused(503, "audit-unavailable");
            Assert.Equal(0, Count("SELECT COUNT(*) FROM intents"));
        }
        finally
        {
            Execute("DROP TRIGGER no_audit");
        }

        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", Key("web/during"))).Status);
        var key = (await machine.CallAsync("GET", "/v1/keys/web%2Fbefore")).Json["result"]!;
        Assert.Equal(1, key["primary"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("keys", "UPDATE keys SET state = 'suspended' WHERE name = 'web/NAME'")]
    [InlineData("operations", "UPDATE keys SET operations = '[\"decrypt\"]' WHERE name = 'web/NAME'")]
    [InlineData("version", "UPDATE key_versions SET state = 'destroyed' WHERE key_id = (SELECT id FROM keys WHERE name = 'web/NAME')")]
    [InlineData("blob", "UPDATE key_versions SET private = zeroblob(32) WHERE key_id = (SELECT id FROM keys WHERE name = 'web/NAME')")]
    public async Task A_row_that_was_edited_by_hand_is_not_used(string name, string edit)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", Key("web/" + name))).Status);
        Execute(edit.Replace("NAME", name, StringComparison.Ordinal));

        (await machine.CallAsync("POST", $"/v1/keys/web%2F{name}/sign", """{"alg":"ES256","message":"AA"}"""))
            .IsRefused(503, "store-unavailable");
        Assert.Equal(1, Count(
            $"SELECT COUNT(*) FROM audit WHERE record LIKE '%\"op\":\"key.sign\",\"outcome\":\"failed\"%keys/web/{name}\"%'"));
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", Key("web/control-" + name))).Status);
        var list = await broker.Admin.GetStringAsync("/v1/admin/keys?limit=500", TestContext.Current.CancellationToken);
        Assert.Contains($$"""{"name":"web/{{name}}","integrity":"violated"}""", list, StringComparison.Ordinal);
        Assert.Contains("web/control-" + name, list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_a_measurement_and_an_attempt_to_enrol_that_were_edited_by_hand_are_not_believed()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var other = new SoftwareMachine(broker);
        var attempt = await other.RequestEnrollmentAsync();
        Execute($"UPDATE enrollments SET machine = '{machine.Id}' WHERE machine = '{other.Id}'");
        (await other.ActivateAsync(attempt, other.Open(attempt, other.Ak.Public))).IsRefused(503, "store-unavailable");
        Assert.Equal(200, (await other.EnrollAsync()).Status);

        Execute($"UPDATE machines SET status = 'active' WHERE id = '{other.Id}'");
        (await other.AttestAsync()).IsRefused(503, "store-unavailable");

        Execute($"UPDATE attestations SET measurements = replace(measurements, '17', '18') WHERE machine = '{machine.Id}'");
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(503, "store-unavailable");
    }

    private static string Key(string name) => $$"""{"name":"{{name}}","type":"ec-p256"}""";

    private void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Count(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={broker.Database};Pooling=False;Default Timeout=10");
        connection.Open();
        return connection;
    }
}
