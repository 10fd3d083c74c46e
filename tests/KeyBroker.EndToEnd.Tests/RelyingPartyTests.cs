using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>What the broker signs is verified by PyJWT, python-jose, jose, openssl and tpm2-tools; what is wrong, the broker refuses them.</summary>
public sealed class RelyingPartyTests
{
    // Debian's, whose packages these are; another one may come first on the PATH.
    private const string Python = "/usr/bin/python3";

    /// <summary>In both namings of an EAR.</summary>
    [Theory]
    [InlineData("veraison")]
    [InlineData("ietf")]
    public async Task Others_verify_what_we_sign_and_we_refuse_what_they_forge(string names)
    {
        const string secret = "a-secret-of-the-relying-party";
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
        await using var broker = await BrokerProcess.StartAsync(
            $"--KeyBroker:Clients:shop:SecretSha256={digest}", "--KeyBroker:Clients:shop:Allow=introspect,appraise",
            $"--KeyBroker:EarNames={names}");
        var script = Path.Combine(AppContext.BaseDirectory, "foreign-client", "relying_party.py");
        var start = new ProcessStartInfo(
            Python,
            [
                script, "--broker", broker.Url, "--admin-socket", broker.AdminSocket, "--policies", broker.PolicyDirectory,
                "--work", broker.NewFolder("relying"), "--secret", secret, "--ear-names", names,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var party = Process.Start(start)!;
        var output = party.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = party.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await party.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(party.ExitCode == 0, $"{await output}\n{await error}\n{broker.Said}");
        Assert.Contains("verdicts of others on what we sign", await output, StringComparison.Ordinal);
        Counts.Print((await output).TrimEnd().Split('\n')[^1]);
    }
}
