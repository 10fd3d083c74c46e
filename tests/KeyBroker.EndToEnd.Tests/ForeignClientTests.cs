using System.Diagnostics;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>A client that shares no code with ours does everything the contract says.</summary>
public sealed class ForeignClientTests
{
    [Theory]
    [InlineData("ecc")]
    [InlineData("rsa")]
    public async Task Enrolls_attests_and_uses_keys_and_secrets(string attestationKey)
    {
        await using var broker = await BrokerProcess.StartAsync();
        var script = Path.Combine(AppContext.BaseDirectory, "foreign-client", "foreign_client.py");
        var start = new ProcessStartInfo(
            "python3",
            [
                script, "--broker", broker.Url, "--admin-socket", broker.AdminSocket, "--policies", broker.PolicyDirectory,
                "--work", broker.NewFolder("foreign"), "--ak", attestationKey,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var client = Process.Start(start)!;
        var output = client.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = client.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(client.ExitCode == 0, $"{await output}\n{await error}\n{broker.Said}");
    }
}
