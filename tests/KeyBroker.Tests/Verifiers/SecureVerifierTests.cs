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
}
