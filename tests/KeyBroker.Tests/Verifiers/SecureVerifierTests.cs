using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>TLS towards a verifier: its authority is the configured one, and the broker shows its own certificate.</summary>
public sealed class SecureVerifierTests
{
    [Fact]
    public async Task Goes_to_whom_the_configured_authority_knows_with_a_certificate_of_its_own()
    {
        AskedVerifier? known = null;
        await using var secure = await SecureVerifier.StartAsync(body => known!.Result(AskedVerifier.RuntimeOf(body)));
        string[] patient = [$"Url={secure.Url}", "Retries=0"];
        string[] trusting = [.. patient, $"TrustedRoots={secure.Roots}"];

        await using var stranger = await AskedVerifier.StartAsync("post", null, patient);
        (await stranger.AttestAsync()).IsRefused(503, "verifier-unavailable", "policy-result");
        await using var nobody = await AskedVerifier.StartAsync("post", null, trusting);
        (await nobody.AttestAsync()).IsRefused(503, "verifier-unavailable", "policy-result");

        await using var asked = known = await AskedVerifier.StartAsync(
            "post", null, [.. trusting, $"ClientCertificate={secure.Certificate}", $"ClientKey={secure.Key}"]);
        await asked.AllowedAsync();
    }

    [Fact]
    public async Task Shows_another_certificate_from_the_next_connection_on_and_keeps_the_former_where_the_new_one_is_none()
    {
        AskedVerifier? known = null;
        await using var secure = await SecureVerifier.StartAsync(body => known!.Result(AskedVerifier.RuntimeOf(body)));
        await using var asked = known = await AskedVerifier.StartAsync(
            "post", null, $"Url={secure.Url}", "Retries=0", $"TrustedRoots={secure.Roots}", $"ClientCertificate={secure.Certificate}", $"ClientKey={secure.Key}");
        await asked.AllowedAsync();
        secure.Renew();
        await asked.AllowedAsync();
        Assert.Equal(2, secure.Shown.Distinct().Count());

        // No certificate, none that fits its key, none that is valid, none at all: what was goes on.
        var (certificate, key) = (await File.ReadAllTextAsync(secure.Certificate, Cancellation), await File.ReadAllTextAsync(secure.Key, Cancellation));
        await File.WriteAllTextAsync(secure.Certificate, "no certificate", Cancellation);
        await asked.AllowedAsync();
        secure.Renew();
        await File.WriteAllTextAsync(secure.Key, key, Cancellation);
        await asked.AllowedAsync();
        secure.Renew(TimeSpan.FromSeconds(-60));
        await asked.AllowedAsync();
        File.Delete(secure.Certificate);
        await asked.AllowedAsync();
        Assert.Equal(2, secure.Shown.Distinct().Count());

        await File.WriteAllTextAsync(secure.Certificate, certificate, Cancellation);
        secure.Renew();
        await asked.AllowedAsync();
        Assert.Equal((7, 3), (secure.Shown.Count, secure.Shown.Distinct().Count()));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
}
