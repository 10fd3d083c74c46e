using System.Diagnostics;
using System.Net.Http.Headers;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Sections 1 and 2 over HTTP: what holds for every route.</summary>
public sealed class ConventionTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Theory]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("GET", "/_test_url_cache_", 404)]
    [InlineData("GET", "/v1/admin/machines", 404)]
    [InlineData("GET", "/V1/Admin/machines", 404)]
    [InlineData("GET", "/v1/%61dmin/machines", 404)]
    [InlineData("DELETE", "/v1/challenges", 405)]
    [InlineData("GET", "/v1/keys", 401)]
    public async Task Every_refusal_is_a_problem_document(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Host = "admin";
        using var answer = await broker.Tcp.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Bodies_are_bounded_typed_and_strict()
    {
        using var machine = new SoftwareMachine(broker);
        (await machine.PostAsync("/v1/challenges", $$"""{"x":"{{new string('a', 1 << 20)}}"}""")).IsRefused(413, "too-large");
        (await machine.PostAsync("/v1/challenges", """{"x":1}""")).IsRefused(400, "request-malformed");
        (await machine.PostAsync("/v1/challenges", "{} {}")).IsRefused(400, "request-malformed");
        (await machine.PostAsync("/v1/challenges", "[]")).IsRefused(400, "request-malformed");
        (await machine.PostAsync("/v1/enrollments", """{"name":"a","name":"a"}""")).IsRefused(400, "request-malformed");
        using var text = new StringContent("{}", MediaTypeHeaderValue.Parse("text/plain"));
        using var typed = await broker.Tcp.PostAsync("/v1/challenges", text, TestContext.Current.CancellationToken);
        Assert.Equal(415, (int)typed.StatusCode);
        Assert.Equal(201, (await machine.PostAsync("/v1/challenges", "")).Status);
    }

    [Fact]
    public async Task The_admin_socket_serves_administrators_with_mode_0660()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.Equal(Mode, File.GetUnixFileMode(broker.AdminSocket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(broker.State));
        foreach (var path in new[] { "machines", "policies", "attestations", "audit", "keys" })
        {
            using var answer = await broker.Admin.GetAsync("/v1/admin/" + path, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, path);
        }
    }

    /// <summary>PRO-12.</summary>
    [Theory]
    [InlineData("GET", "/v1/Keys")]
    [InlineData("GET", "/V1/keys")]
    [InlineData("GET", "/v1/keys/")]
    [InlineData("GET", "/v1/ke%79s")]
    [InlineData("POST", "/v1/keys/web%2Fx/SIGN")]
    [InlineData("POST", "/v1/keys/web%2Fx/sign/")]
    [InlineData("POST", "/v1/keys/web%2Fx/sig%6e")]
    [InlineData("POST", "/v1/Challenges")]
    [InlineData("GET", "/healthz/")]
    [InlineData("GET", "/METRICS")]
    public async Task A_path_answers_to_its_own_spelling_alone(string method, string path)
    {
        var target = new Uri(broker.Origin + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        using var answer = await broker.Tcp.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/v1/admin/KEYS/web%2Fx")]
    [InlineData("GET", "/v1/admin/Secrets/web%2Fx/access")]
    [InlineData("POST", "/v1/admin/KEYS/web%2Fx/suspend")]
    [InlineData("POST", "/v1/admin/keys/web%2Fx/suspend/")]
    [InlineData("GET", "/V1/ADMIN/keys")]
    public async Task So_it_does_on_the_socket(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await broker.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_admin_socket_serves_nothing_else()
    {
        using var challenge = await broker.Admin.PostAsync("/v1/challenges", null, TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)challenge.StatusCode);
        using var ready = await broker.Admin.GetAsync("/readyz", TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)ready.StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_not_taken_for_a_stale_one()
    {
        var file = Path.GetTempFileName();
        var state = Directory.CreateTempSubdirectory("kb-").FullName;
        var refused = await Assert.ThrowsAsync<StartupException>(
            () => Broker.StartAsync([$"--KeyBroker:AdminSocket={file}", $"--KeyBroker:StateDirectory={state}"]));
        Assert.Contains("no socket", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_target_in_absolute_form_is_refused_because_servers_decode_it_differently()
    {
        using var socket = new System.Net.Sockets.TcpClient("127.0.0.1", new Uri(broker.Origin).Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"GET {broker.Origin}/v1/keys/web%2Fa HTTP/1.1\r\nHost: {new Uri(broker.Origin).Authority}\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("request-malformed", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_are_bounded_before_they_are_looked_at()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        var labels = string.Join(',', Enumerable.Range(0, 65).Select(number => $"\"l{number}\":\"v\""));
        (await machine.CallAsync("POST", "/v1/keys", $$$"""{"name":"web/labels","type":"ec-p256","labels":{{{{labels}}}}}"""))
            .IsRefused(400, "request-malformed");
    }

    [Fact]
    public async Task The_administrator_is_in_the_audit_by_uid()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        using var list = await broker.Admin.GetAsync("/v1/admin/audit?limit=500", TestContext.Current.CancellationToken);
        var text = await list.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("machine.approve", text, StringComparison.Ordinal);
        Assert.Contains("uid:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_attestation_can_be_judged_by_other_policies()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var list = await broker.Admin.GetAsync("/v1/admin/attestations?limit=1", TestContext.Current.CancellationToken);
        var jti = new Answer(200, await list.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "").Json["items"]![0]!["jti"]!.GetValue<string>();
        var inForce = await broker.AdministerAsync("policies/evaluate", $$"""{"jti":"{{jti}}"}""");
        Assert.True(inForce["allowed"]!.GetValue<bool>());
        var none = await broker.AdministerAsync("policies/evaluate", $$"""{"jti":"{{jti}}","files":{} }""");
        Assert.False(none["allowed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_service_says_that_it_is_alive_and_ready_and_counts()
    {
        foreach (var path in new[] { "/healthz", "/readyz", "/metrics" })
        {
            using var answer = await broker.Tcp.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_second_broker_on_the_same_state_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => Broker.StartAsync(broker.Arguments()));
        Assert.Contains("stop the broker", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls", "http://0.0.0.0:9")]
    [InlineData("--KeyBroker:ChallengeLifetime", "soon")]
    [InlineData("--KeyBroker:EndorsementRoots", "/nowhere")]
    [InlineData("--KeyBroker:Database", "mysql:x")]
    [InlineData("--KeyBroker:Tmp", "device:/dev/tpmrm0")]
    public async Task A_wrong_setting_is_one_line(string key, string value)
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => Broker.StartAsync([key, value]));
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task Two_hundred_requests_in_flight_are_served()
    {
        using var machine = new SoftwareMachine(broker);
        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => machine.PostAsync("/v1/challenges", "{}")));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
    }
}
