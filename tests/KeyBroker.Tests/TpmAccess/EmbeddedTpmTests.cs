using System.Diagnostics;
using System.Globalization;

using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

public sealed class EmbeddedTpmTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keybroker-embedded-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string TpmFolder => Path.Combine(_folder, "tpm");

    [Fact]
    public async Task State_is_kept_and_the_process_goes_with_the_broker()
    {
        await using var database = OpenDatabase();
        string home;
        using (var vault = await OpenAsync(database))
        {
            home = vault.Hierarchy.Home;
            Assert.Single(EmbeddedSwtpm.Find(_folder));
        }

        Assert.Empty(EmbeddedSwtpm.Find(_folder));
        using var again = await OpenAsync(database);
        Assert.Equal(home, again.Hierarchy.Home);
    }

    [Fact(DisplayName = "TPM-24 it goes before the threads that wait for it, where the system allows that, and they stay as they were")]
    public async Task Goes_first()
    {
        var (before, allowed) = (NiceValues.OfThreads(), NiceValues.WhereAllowed());
        await using var database = OpenDatabase();
        using var vault = await OpenAsync(database);

        var expected = Environment.ProcessorCount > 1 && before.All(nice => nice == 0) ? allowed : NiceValues.Of("self");
        Assert.Equal(expected, NiceValues.Of((await EmbeddedSwtpm.AwaitAsync(_folder)).ToString(CultureInfo.InvariantCulture)));
        Assert.Subset(before.ToHashSet(), NiceValues.OfThreads().ToHashSet());
    }

    [Fact]
    public async Task A_killed_process_is_replaced_before_anybody_asks()
    {
        await using var database = OpenDatabase();
        using var vault = await OpenAsync(database);
        var killed = await EmbeddedSwtpm.AwaitAsync(_folder);

        Signal.Kill(killed);

        Assert.NotEqual(killed, await EmbeddedSwtpm.AwaitAsync(_folder, before: killed));
        await AssertSealsAsync(vault);
    }

    [Fact]
    public async Task A_process_that_hangs_is_replaced_and_the_work_done()
    {
        await using var database = OpenDatabase();
        using var vault = await OpenAsync(database, TimeSpan.FromSeconds(2));
        var hanging = await EmbeddedSwtpm.AwaitAsync(_folder);

        Signal.Stop(hanging);

        await AssertSealsAsync(vault);
        Assert.NotEqual(hanging, Assert.Single(EmbeddedSwtpm.Find(_folder)));
    }

    [Fact]
    public async Task A_process_that_a_killed_broker_left_is_removed_even_if_it_hangs()
    {
        using var abandoned = NewTpm();
        using var connection = abandoned.Connect();
        var stale = abandoned.ProcessId!.Value;
        Signal.Stop(stale);
        await using var database = OpenDatabase();

        using var vault = await OpenAsync(database);

        Assert.NotEqual(stale, Assert.Single(EmbeddedSwtpm.Find(_folder)));
        await AssertSealsAsync(vault);
    }

    [Fact]
    public async Task The_process_of_somebody_else_is_left_alone()
    {
        await using var elsewhere = await Swtpm.StartAsync();
        Directory.CreateDirectory(TpmFolder);
        using var here = Process.Start(new ProcessStartInfo("sleep", ["60"]) { WorkingDirectory = TpmFolder })!;
        using var similar = Process.Start(
            new ProcessStartInfo("bash", ["-c", "exec -a swtpm tail -q -f /dev/null dir=.,mode=0600"])
            {
                WorkingDirectory = _folder,
                RedirectStandardError = true,
            })!;
        using var tpm = NewTpm();

        using (tpm.Connect())
        {
            using var other = elsewhere.Open();
            Assert.Equal(8, other.Execute(new GetRandom(8)).Length);
            Assert.False(here.HasExited);
            Assert.False(similar.HasExited);
        }

        here.Kill();
        similar.Kill();
    }

    [Fact]
    public void Nobody_else_may_read_its_state()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(TpmFolder);
        File.SetUnixFileMode(TpmFolder, Owner | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        File.WriteAllText(Path.Combine(TpmFolder, "swtpm.log"), "");
        File.SetUnixFileMode(Path.Combine(TpmFolder, "swtpm.log"), Owner | UnixFileMode.GroupRead);
        using var tpm = NewTpm();

        using (tpm.Connect())
        {
            Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(TpmFolder));
            Assert.Contains(Path.Combine(TpmFolder, "tpm2-00.permall"), Directory.GetFiles(TpmFolder));
            Assert.All(Directory.GetFiles(TpmFolder), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
        }
    }

    [Fact]
    public void A_state_that_it_cannot_use_is_said_in_its_own_words()
    {
        Directory.CreateDirectory(TpmFolder);
        File.WriteAllText(Path.Combine(TpmFolder, "tpm2-00.permall"), "not a state");
        using var tpm = NewTpm();

        var refused = Assert.Throws<TpmUnavailableException>(tpm.Connect);

        Assert.Contains(TpmFolder, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("left no log", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_end_it_does_not_start_again()
    {
        var tpm = NewTpm();
        using var connection = tpm.Connect();
        tpm.Dispose();

        Assert.Throws<IOException>(() => new Tpm.Tpm(connection).Execute(new GetRandom(8)));
        Assert.Throws<TpmUnavailableException>(tpm.Connect);
        Assert.Empty(EmbeddedSwtpm.Find(_folder));
    }

    [Fact]
    public async Task Its_end_with_the_connection_is_no_loss()
    {
        var log = new LineLog();
        var lost = 0;
        using var tpm = new EmbeddedTpm(_folder, TimeProvider.System, CommandPatience.Default, log) { Ended = () => lost++ };
        var process = Process.GetProcessById(EndOfConnection(tpm));

        await process.WaitForExitAsync(Cancellation);
        using (tpm.Connect())
        {
            // By now the end of the first has been told, if it ever is.
        }

        Assert.Equal((0, 0), (lost, log.Lines.Count));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int EndOfConnection(EmbeddedTpm tpm)
    {
        using (tpm.Connect())
        {
            return tpm.ProcessId!.Value;
        }
    }

    private EmbeddedTpm NewTpm() =>
        new(_folder, TimeProvider.System, CommandPatience.Default, NullLogger.Instance);

    private Database OpenDatabase() => Database.Open(Path.Combine(_folder, "keybroker.db"));

    private Task<BrokerVault> OpenAsync(Database database, TimeSpan? patience = null) => BrokerVault.OpenAsync(
        new VaultOptions(VaultOptions.Embedded, _folder)
        {
            Patience = new CommandPatience(patience ?? CommandPatience.Default.Ordinary, CommandPatience.Default.Generation),
        },
        database, TimeProvider.System, Cancellation);

    private static async Task AssertSealsAsync(BrokerVault vault)
    {
        var sealedObject = await vault.Sealer.SealAsync([1, 2, 3], "test", Residence.Local);
        using var opened = await vault.Sealer.UnsealAsync(sealedObject, "test", Cancellation);
        Assert.Equal([1, 2, 3], opened.Span.ToArray());
    }
}
