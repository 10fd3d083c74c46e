using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Configuration;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Threat G07: no policy, no setting and no renewal makes a token that lives past the cap, or one that never lives.</summary>
public sealed class LifetimeThreatTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    [Theory]
    [InlineData("-1s")]
    [InlineData("0s")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1")]
    [InlineData("1.5m")]
    [InlineData("\"\"")]
    [InlineData("never")]
    [InlineData("2147483648s")]
    [InlineData("9223372036854775808s")]
    [InlineData("99999999999999999999999999999999d")]
    [InlineData("1000000d")]
    public async Task A_policy_with_a_lifetime_that_is_none_is_refused(string lifetime)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => PolicyAsync("none-such", lifetime));
        Assert.Contains("policy-invalid", refused.Message, StringComparison.Ordinal);
        Assert.Contains("none-such.yaml:5", refused.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(broker.Policies, "none-such.yaml"));
        await broker.AdministerAsync("policies/reload");
    }

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("299s", 299)]
    [InlineData("301s", 300)]
    [InlineData("36500d", 300)]
    [InlineData("999999d", 300)]
    public async Task A_policy_shortens_the_lifetime_and_never_makes_it_longer(string lifetime, int seconds)
    {
        var role = "lives-" + lifetime;
        await PolicyAsync(role, lifetime);
        using var machine = await SoftwareMachine.ActiveAsync(broker, role);
        var answer = await machine.AttestAsync();
        Assert.Equal(seconds, answer.Json["expiresIn"]!.GetValue<int>());
        var claims = JsonNode.Parse(Base64Url.Decode(answer.Json["token"]!.GetValue<string>().Split('.')[1]))!;
        Assert.Equal(seconds, (long)claims["exp"]! - (long)claims["iat"]!);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("25h")]
    [InlineData("2147483648s")]
    [InlineData("9223372036854775808s")]
    [InlineData("36500d")]
    [InlineData("forever")]
    public async Task A_setting_beyond_the_cap_stops_the_start(string lifetime)
    {
        var stopped = await Assert.ThrowsAsync<StartupException>(() => RunningBroker.StartAsync($"--KeyBroker:TokenLifetime={lifetime}"));
        Assert.Contains("KeyBroker:TokenLifetime", stopped.Message, StringComparison.Ordinal);
    }

    /// <summary>There is no renewal: whoever wants another token attests anew, with everything that it takes.</summary>
    [Fact]
    public async Task In_the_last_second_another_token_takes_whole_new_evidence_and_the_old_one_lives_no_longer()
    {
        var clock = new MovedClock();
        await using var own = await RunningBroker.StartAsync(clock, "--KeyBroker:TokenLifetime=5m");
        using var machine = await SoftwareMachine.ActiveAsync(own);
        using var other = SoftwareAttestationKey.EccP256();
        EvidenceBuilder? first = null;
        machine.Token = (await machine.AttestAsync(evidence => first = evidence)).Json["token"]!.GetValue<string>();
        var old = machine.Token;
        clock.Pass(TimeSpan.FromSeconds(298));
        machine.Ahead = TimeSpan.FromSeconds(298);
        (await machine.AttestAsync(_ => first!)).IsRefused(410, "challenge-expired");
        (await machine.AttestAsync(evidence => evidence with { Key = other })).IsRefused(403, "attestation-denied", "quote-signature");
        (await machine.AttestAsync(evidence => evidence with { Register = (_, _) => new byte[32] })).IsRefused(403, "attestation-denied", "policy-pcr");

        machine.Token = (await machine.AttestAsync()).Json["token"]!.GetValue<string>();
        clock.Pass(TimeSpan.FromSeconds(3));
        machine.Ahead = TimeSpan.FromSeconds(301);
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);
        machine.Token = old;
        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-expired");
    }

    private async Task PolicyAsync(string role, string lifetime)
    {
        broker.WritePolicy(role, SoftwareMachine.GoodRegister);
        var file = Path.Combine(broker.Policies, role + ".yaml");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file, text.Replace("spec:\n", $"spec:\n  tokenLifetime: {lifetime}\n", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await broker.AdministerAsync("policies/reload");
    }
}
