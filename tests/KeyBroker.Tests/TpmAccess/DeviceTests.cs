using System.Security.Cryptography;

using KeyBroker.Storage;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>The worker and the vault on a character device, as on <c>/dev/tpm0</c> and <c>/dev/tpmrm0</c>.</summary>
public sealed class DeviceTests : IAsyncDisposable
{
    private const uint FirstTransient = 0x80000000;
    private const uint FirstSession = 0x02000000;

    private readonly string _folder = Directory.CreateTempSubdirectory("keybroker-device-").FullName;
    private readonly SwtpmDevice _device = SwtpmDevice.Start();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_vault_is_made_and_opened_again_over_a_device(bool managed)
    {
        var digest = SHA256.HashData("message"u8);
        var options = new VaultOptions(managed ? _device.ManagedTcti : _device.Tcti, _folder);
        await using var database = Database.Open(Path.Combine(_folder, "keybroker.db"));
        SealedObject sealedObject;
        KeyRecord key;
        using (var vault = await BrokerVault.OpenAsync(options, database, TimeProvider.System, Cancellation))
        {
            var made = await vault.Keys.PrepareAsync(new KeySpec("web/signer", "ec-p256", "tests"), Cancellation);
            await database.WriteAsync(
                transaction =>
                {
                    made.Commit(transaction);
                    return true;
                },
                Cancellation);
            key = vault.Keys.Find("web/signer")!;
            sealedObject = await vault.Sealer.SealAsync([1, 2, 3], "test", Residence.Local);
        }

        using var again = await BrokerVault.OpenAsync(options, database, TimeProvider.System, Cancellation);
        var signature = await again.Signatures.SignAsync(key, "ES256", digest, null, Cancellation);
        Assert.True(again.Signatures.Verify(key, "ES256", digest, signature, null));
        using var opened = await again.Sealer.UnsealAsync(sealedObject, "test", Cancellation);
        Assert.Equal([1, 2, 3], opened.Span.ToArray());
    }

    [Fact]
    public async Task On_a_device_of_our_own_what_a_killed_broker_left_is_flushed()
    {
        Assert.Equal(2, LeaveObjects());

        using (NewWorker(_device.Tcti, out var worker))
        {
            await worker.RunAsync(scope => scope.Random(8), Cancellation);
        }

        Assert.Empty(HandlesFrom(FirstTransient));
    }

    [Fact]
    public async Task On_a_device_that_is_shared_the_objects_of_others_stay()
    {
        Assert.Equal(2, LeaveObjects());

        using (NewWorker(_device.ManagedTcti, out var worker))
        {
            await worker.RunAsync(scope => scope.Random(8), Cancellation);
        }

        Assert.Equal(2, HandlesFrom(FirstTransient).Count);
    }

    [Fact]
    public async Task On_a_device_that_is_shared_nothing_of_ours_stays_while_there_is_no_work()
    {
        using var closing = NewWorker(_device.ManagedTcti, out var worker);
        worker.Pin(await worker.RunAsync(StorageRoot.FindOrMake, Cancellation));
        var before = await worker.RunAsync(CreateAndCount, Cancellation);

        while (_device.Commands == before)
        {
            await Task.Delay(5, Cancellation);
        }

        await worker.RunAsync(_ => 0, Cancellation);
        Assert.Equal(before + 1, _device.Commands);
        Assert.Empty(HandlesFrom(FirstSession));
        Assert.Empty(HandlesFrom(FirstTransient));
        await worker.RunAsync(CreateAndCount, Cancellation);
    }

    [Fact]
    public async Task A_device_that_loses_a_response_is_opened_again_and_the_work_done()
    {
        using var closing = NewWorker(_device.Tcti, out var worker, patienceSeconds: 1);
        await worker.RunAsync(scope => scope.Random(8), Cancellation);
        _device.Mute(true);
        var work = worker.RunAsync(scope => scope.Random(8), Cancellation);
        while (_device.Lost == 0)
        {
            await Task.Delay(5, Cancellation);
        }

        _device.Mute(false);
        Assert.Equal(8, (await work).Length);
    }

    public async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static TpmWorker NewWorker(string tcti, out TpmWorker worker, int patienceSeconds = 10)
    {
        var patience = new CommandPatience(TimeSpan.FromSeconds(patienceSeconds), TimeSpan.FromMinutes(1));
        return worker = new TpmWorker(() => TpmConnection.Open(tcti, TimeProvider.System, patience), TimeProvider.System)
        {
            RestAfter = TimeSpan.FromMilliseconds(200),
        };
    }

    private int CreateAndCount(TpmSessionScope scope)
    {
        _ = scope.Create(null, new NewObject(VaultTemplates.SealedData(Residence.Local)) { Data = [1] });
        return _device.Commands;
    }

    private int LeaveObjects()
    {
        using var tpm = new Tpm.Tpm(_device.OpenTransport());
        for (var n = 0; n < 2; n++)
        {
            tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));
        }

        return HandlesOf(tpm, FirstTransient).Count;
    }

    private IReadOnlyList<uint> HandlesFrom(uint first)
    {
        using var tpm = new Tpm.Tpm(_device.OpenTransport());
        return HandlesOf(tpm, first);
    }

    private static IReadOnlyList<uint> HandlesOf(Tpm.Tpm tpm, uint first) =>
        tpm.Execute(new GetCapability(TpmCapability.Handles, first, 16)).ToNumbers();
}
