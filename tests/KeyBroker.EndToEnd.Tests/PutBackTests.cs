using KeyBroker.Cli;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>[AUD-15], [AUD-17] A stopped broker's database, or its TPM, is exchanged for an older one.</summary>
public sealed class PutBackTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-put-back-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_older_database_stops_the_start_and_an_older_tpm_is_noted()
    {
        await using var broker = await BrokerProcess.StartAsync();
        var admin = new CommandRun();
        await ReloadAsync(admin, broker);
        await broker.StopAsync();
        Copy(broker.StateDirectory, In("old"));
        await broker.StartAgainAsync();
        await ReloadAsync(admin, broker);
        var kept = await admin.RunAsync("audit", "checkpoint", "--broker", broker.Url);
        await File.WriteAllTextAsync(In("kept.json"), kept.Text, Cancellation);
        await broker.StopAsync();
        Copy(broker.StateDirectory, In("new"));

        Exchange(broker, database: "old", tpm: "new");
        using var refused = broker.Launch();
        var line = await refused.StandardError.ReadToEndAsync(Cancellation);
        await refused.WaitForExitAsync(Cancellation);
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("keybrokerd: the audit counter of the TPM is at ", line, StringComparison.Ordinal);
        Assert.Single(line.TrimEnd('\n').Split('\n'));

        Exchange(broker, database: "new", tpm: "old");
        await broker.StartAgainAsync();
        await broker.StopAsync();
        await broker.StartAgainAsync();
        var export = await admin.RunAsync("audit", "export", "--socket", broker.AdminSocket);
        Assert.Contains("audit.counter-behind", export.Text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(In("audit.jsonl"), export.Text, Cancellation);
        var verified = await admin.RunAsync("audit", "verify", In("audit.jsonl"), "--checkpoint", In("kept.json"));
        Assert.True(verified.ExitCode == ExitCode.Done, verified.Error);
    }

    private static async Task ReloadAsync(CommandRun admin, BrokerProcess broker)
    {
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(ExitCode.Done, (await admin.RunAsync("admin", "policies", "reload", "--socket", broker.AdminSocket)).ExitCode);
        }
    }

    private void Exchange(BrokerProcess broker, string database, string tpm)
    {
        Directory.Delete(broker.StateDirectory, recursive: true);
        Copy(In(database), broker.StateDirectory);
        Directory.Delete(Path.Combine(broker.StateDirectory, "tpm"), recursive: true);
        Copy(Path.Combine(In(tpm), "tpm"), Path.Combine(broker.StateDirectory, "tpm"));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(from).Where(file => !file.EndsWith(".sock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
