using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threat G08: what fails after the token, the key or the secret was made gives none of it away and leaves no row.</summary>
public sealed class LateFailureTests
{
    private const string Key = """{"name":"web/new","type":"ec-p256"}""";

    [Theory]
    [InlineData("audit", "audit")]
    [InlineData("commit", "attestations", "keys", "key_versions", "secrets", "secret_versions", "enrollments")]
    public async Task A_write_that_fails(string step, params string[] tables)
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var store = new BrokerStore(broker);
        var ciphertext = await PrepareAsync(machine);
        var calls = Calls(machine, ciphertext).Where(call => step == "audit" || call.Value.Writes).ToList();
        foreach (var table in tables)
        {
            store.Execute($"CREATE TRIGGER no_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END");
        }

        foreach (var (name, (_, call)) in calls)
        {
            var before = store.Rows();
            GivesNothing(name, await call());
            Assert.Equal(before, store.Rows());
        }

        foreach (var table in tables)
        {
            store.Execute($"DROP TRIGGER no_{table}");
        }

        foreach (var (name, (_, call)) in calls)
        {
            var answer = await call();
            Assert.True(answer.Status is 200 or 201, $"{name}: {answer.Text}");
        }
    }

    [Fact]
    public async Task A_deadline_that_passes()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:OperationTimeout=1s");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var store = new BrokerStore(broker);
        await PrepareAsync(machine);
        var before = store.Rows();
        await broker.Tpm.SuspendAsync();
        var answers = await Task.WhenAll(
            machine.CallAsync("POST", "/v1/keys", Key), machine.CallAsync("POST", "/v1/keys/web%2Fec/rotate"),
            machine.CallAsync("POST", "/v1/keys/web%2Fec/sign", """{"alg":"ES256","message":"AA"}"""),
            machine.CallAsync("PUT", "/v1/secrets/web%2Flate", """{"value":"AAAA"}"""),
            machine.CallAsync("POST", "/v1/secrets/web%2Fs/release", """{"to":"enc"}"""));
        Assert.All(answers, answer => GivesNothing("late", answer));
        await broker.Tpm.ResumeAsync();

        // The TPM serves in turn: once this is answered, whatever it was late with is over.
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fec/sign", """{"alg":"ES256","message":"AA"}""")).Status);
        Assert.Equal(before, store.Rows());
    }

    /// <summary>Makes what the calls work on; gives a ciphertext.</summary>
    private static async Task<string> PrepareAsync(SoftwareMachine machine)
    {
        Assert.Equal(200, (await machine.AttestAsync()).Status);
        machine.Token = (await machine.AttestAsync(evidence => evidence)).Json["token"]!.GetValue<string>();
        foreach (var (name, type) in new[] { ("ec", "ec-p256"), ("aes", "aes-256"), ("hmac", "hmac-sha256") })
        {
            Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"web/{{name}}","type":"{{type}}"}""")).Status);
        }

        Assert.Equal(201, (await machine.CallAsync("PUT", "/v1/secrets/web%2Fs", """{"value":"AAAA"}""")).Status);
        return (string)(await machine.CallAsync("POST", "/v1/keys/web%2Faes/encrypt", """{"plaintext":"AAAA"}""")).Json["result"]!["ciphertext"]!;
    }

    private static Dictionary<string, (bool Writes, Func<Task<Answer>> Call)> Calls(SoftwareMachine machine, string ciphertext) => new()
    {
        ["attest"] = (true, () => machine.AttestAsync()),
        ["enroll"] = (true, () => machine.RequestEnrollmentAsync()),
        ["create"] = (true, () => machine.CallAsync("POST", "/v1/keys", Key)),
        ["rotate"] = (true, () => machine.CallAsync("POST", "/v1/keys/web%2Fec/rotate")),
        ["seal"] = (true, () => machine.CallAsync("PUT", "/v1/secrets/web%2Fnew", """{"generate":{"bytes":32}}""")),
        ["sign"] = (false, () => machine.CallAsync("POST", "/v1/keys/web%2Fec/sign", """{"alg":"ES256","message":"AA"}""")),
        ["encrypt"] = (false, () => machine.CallAsync("POST", "/v1/keys/web%2Faes/encrypt", """{"plaintext":"AAAA"}""")),
        ["decrypt"] = (false, () => machine.CallAsync("POST", "/v1/keys/web%2Faes/decrypt", $$"""{"ciphertext":"{{ciphertext}}"}""")),
        ["mac"] = (false, () => machine.CallAsync("POST", "/v1/keys/web%2Fhmac/mac", """{"message":"AA"}""")),
        ["release"] = (false, () => machine.CallAsync("POST", "/v1/secrets/web%2Fs/release", """{"to":"enc"}""")),
        ["list"] = (false, () => machine.CallAsync("GET", "/v1/keys")),
    };

    private static void GivesNothing(string name, Answer answer)
    {
        Assert.True(answer.Status == 503, $"{name}: {answer.Status} {answer.Text}");
        answer.IsRefused(503, answer.Code!);
        Assert.DoesNotContain("Location", answer.Headers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("kb:v", answer.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["code", "requestId", "retryable", "status", "title", "type"],
            answer.Json.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
    }
}
