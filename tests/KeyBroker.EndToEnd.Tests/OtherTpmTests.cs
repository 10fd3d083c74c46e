using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Under the running broker there comes to be another TPM than it started with.</summary>
public sealed class OtherTpmTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stops_the_broker_with_a_line_that_says_so()
    {
        var state = Directory.CreateTempSubdirectory("kb-other-tpm-");
        await using var tpm = await Swtpm.StartAsync(state.FullName);
        await using var broker = await BrokerProcess.StartAsync($"--KeyBroker:Tpm={tpm.Tcti}");
        await tpm.KillAsync();
        foreach (var file in state.EnumerateFiles())
        {
            file.Delete();
        }

        await tpm.ResetAsync();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(broker.Url + "/readyz"), Cancellation);

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal(1, await broker.EndAsync());
        await broker.SaysAsync("keybrokerd: this TPM is not the one this store was made with");
        state.Delete(recursive: true);
    }
}
