using System.Net;
using KeyBroker.Attestation;
using KeyBroker.Telemetry;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Telemetry;

/// <summary>TEL-1 and TEL-2: what is counted, and that callers make no labels.</summary>
[Collection(nameof(Alone))]
public sealed class MetricsTests
{
    [Fact]
    public async Task Everything_of_the_reference_is_counted_on_a_broker_at_work()
    {
        await using var broker = await RunningBroker.StartAsync("--KeyBroker:RateLimits:PerSecond=60", "--KeyBroker:RateLimits:InFlight=60");
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        await machine.AttestAsync(evidence => evidence with { Nonce = new byte[32] });
        Assert.Equal(201, (await machine.CallAsync("POST", "/v1/keys", """{"name":"web/metered","type":"ec-p256"}""")).Status);
        (await machine.CallAsync("POST", "/v1/keys/other%2Fname/sign", "{}")).IsRefused(404, "not-found");
        await broker.Tpm.ResetAsync();
        Assert.Equal(200, (await machine.CallAsync("POST", "/v1/keys/web%2Fmetered/sign", """{"alg":"ES256","message":"AA"}""")).Status);
        await RefuseAnEditAsync(broker);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => machine.PostAsync("/v1/challenges", "{}")));

        var text = await Scrape.UntilAsync(
            broker,
            "keybroker_attestations_total{outcome=\"done\",reason=\"none\"}",
            "keybroker_attestations_total{outcome=\"denied\",reason=\"nonce-unknown\"}",
            "keybroker_operations_total{code=\"none\",operation=\"key.create\",outcome=\"done\"}",
            "keybroker_operations_total{code=\"not-found\",operation=\"key.sign\",outcome=\"denied\"}",
            "keybroker_operation_duration_seconds_bucket{operation=\"key.sign\"",
            "keybroker_http_responses_total{code=\"not-found\",status=\"404\"}",
            "keybroker_http_rate_limited_total",
            "keybroker_policy_reloads_total{outcome=\"refused\"}",
            "keybroker_policies{} 1",
            "keybroker_tpm_queue_depth{lane=\"interactive\"} 0",
            "keybroker_tpm_queue_depth{lane=\"bulk\"} 0",
            "keybroker_tpm_busy_seconds{} 0",
            "keybroker_tpm_wait_duration_seconds_bucket{lane=\"interactive\"",
            "keybroker_tpm_work_duration_seconds_bucket{lane=\"interactive\"",
            "keybroker_tpm_command_duration_seconds_bucket{command=\"Sign\"",
            "keybroker_tpm_reconnects_total{found=\"reset\"}",
            "keybroker_tpm_objects_total{where=\"none\"}",
            "keybroker_store_commit_size_bucket{",
            "keybroker_store_commit_duration_seconds_bucket{outcome=\"durable\"",
            "keybroker_keys_open{} 0",
            "http_server_request_duration_seconds_bucket{http_request_method=\"POST\"",
            "http_route=\"/v1/keys/{name}/sign\"",
            "dotnet_process_memory_working_set_bytes");
        Assert.DoesNotContain("metered", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_makes_no_label()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        const string Mark = "labelmark";
        await machine.CallAsync("GET", $"/v1/keys/web%2F{Mark}");
        await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"web/{{Mark}}","type":"{{Mark}}"}""");
        await machine.CallAsync("GET", $"/{Mark}/%7B{Mark}%7D?{Mark}={Mark}");
        await machine.CallAsync("GET", $"/v1/{Mark}\"}} 1%0Akeybroker_{Mark} 1");
        await machine.CallAsync(Mark.ToUpperInvariant(), "/v1/keys");
        await machine.PostAsync("/v1/enrollments", $$"""{"name":"{{Mark}}","ek":{"public":"{{Mark}}"},"ak":{"public":"{{Mark}}"} }""");
        await machine.PostAsync("/v1/attestations", $$"""{"machine":"{{Mark}}"}""");
        await machine.AttestAsync(evidence => evidence with { Machine = "sha256-" + new string('a', 64) });
        await machine.CallAsync("GET", "/v1/keys", edit: request =>
        {
            request.Headers.Host = Mark + ".example";
            request.Headers.TryAddWithoutValidation("User-Agent", Mark);
            request.Headers.TryAddWithoutValidation("traceparent", Mark);
        });

        var text = await Scrape.UntilAsync(broker, "reason=\"machine-inactive\"");
        Assert.DoesNotContain(Mark, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(machine.Name, text, StringComparison.Ordinal);
        Assert.DoesNotContain("sha256-", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_read_only()
    {
        await using var broker = await RunningBroker.StartAsync();
        using var answer = await broker.Tcp.DeleteAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public void The_set_of_reasons_is_closed_and_whole()
    {
        var constants = typeof(ReasonCodes).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(constants.Order(StringComparer.Ordinal), ReasonCodes.All.Order(StringComparer.Ordinal));
        var strange = Ending.Of(new DeniedException(ProblemCodes.AttestationDenied, new Reason("made\nup", "")));
        Assert.Equal("other", strange.Reason);
    }

    private static async Task RefuseAnEditAsync(RunningBroker broker)
    {
        var file = Path.Combine(broker.Policies, "broken.yaml");
        await File.WriteAllTextAsync(file, "kind: [", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => broker.AdministerAsync("policies/reload"));
        File.Delete(file);
    }
}
