using System.Buffers.Binary;
using System.Security.Cryptography;
using KeyBroker.Testing;
using KeyBroker.Tests.Vault;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;
using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>What somebody changed once on the bus, where no HMAC covers it, is over once he stops.</summary>
public sealed class DisturbedBusTests
{
    private static readonly byte[] s_digest = SHA256.HashData("message"u8);

    private static readonly byte[] s_refusal = Convert.FromHexString("80010000000a000001c4"); // TPM_RC_VALUE

    private TpmCommandCode? _disturbed;
    private Func<byte[], byte[]> _change = response => response;
    private int _left;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_that_began_with_a_wrong_nonce_is_started_again()
    {
        await using var fixture = await VaultFixture.StartAsync();
        await fixture.CloseAsync();
        Disturb(TpmCommandCode.StartAuthSession, FlipLastBit);

        await fixture.OpenAsync(() => Disturbed(TpmConnection.Open(fixture.Tpm.Tcti)));

        Assert.Equal(0, _left);
    }

    [Fact]
    public async Task A_session_that_a_forged_refusal_put_out_of_step_is_started_again()
    {
        await using var fixture = await VaultFixture.StartAsync(Disturbed);
        var key = await fixture.CreateAsync("signer", "ec-p256");
        Disturb(TpmCommandCode.Sign, _ => s_refusal);
        await Assert.ThrowsAsync<TpmException>(() => SignAsync(fixture, key.Name));

        await SignAsync(fixture, key.Name);
    }

    // A background service that ends with an exception takes the broker with it.
    [Fact]
    public async Task A_forged_refusal_does_not_end_the_watch_for_lockouts()
    {
        await using var fixture = await VaultFixture.StartAsync(Disturbed);
        using var watch = new LockoutWatch(fixture.Vault.Worker, TimeProvider.System, NullLogger<LockoutWatch>.Instance);
        Disturb(TpmCommandCode.GetCapability, _ => s_refusal);

        await watch.StartAsync(Cancellation);
        while (_left > 0)
        {
            await Task.Delay(5, Cancellation);
        }

        await fixture.Vault.Worker.RunAsync(scope => scope.Random(1), Cancellation); // Behind it in the queue.
        await watch.StopAsync(Cancellation);
        Assert.True(watch.ExecuteTask!.IsCanceled || watch.ExecuteTask.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_tpm_that_refuses_everything_is_not_ready_until_it_no_longer_does()
    {
        await using var fixture = await VaultFixture.StartAsync(Disturbed);
        Disturb(TpmCommandCode.GetRandom, _ => s_refusal, times: 1000);
        Assert.False(await fixture.Vault.IsReadyAsync(Cancellation));

        _left = 0;
        Assert.True(await fixture.Vault.IsReadyAsync(Cancellation));
    }

    [Fact]
    public async Task Objects_whose_saved_contexts_were_changed_are_loaded_again()
    {
        await using var fixture = await VaultFixture.StartAsync(Disturbed);
        var names = Enumerable.Range(0, 4).Select(n => $"signer-{n}").ToArray();
        foreach (var name in names)
        {
            await fixture.CreateAsync(name, "ec-p256");
        }

        Disturb(TpmCommandCode.ContextSave, FlipLastBit, times: names.Length);
        foreach (var name in names.Concat(names))
        {
            await SignAsync(fixture, name);
        }

        Assert.Equal(0, _left);
    }

    [Fact]
    public async Task An_object_behind_a_wrong_handle_is_loaded_again()
    {
        await using var fixture = await VaultFixture.StartAsync(Disturbed);
        var (first, second) = (await fixture.CreateAsync("first", "ec-p256"), await fixture.CreateAsync("second", "ec-p256"));
        await SignAsync(fixture, first.Name);
        Disturb(TpmCommandCode.Load, OtherHandle);
        await Assert.ThrowsAnyAsync<Exception>(() => SignAsync(fixture, second.Name));

        await SignAsync(fixture, second.Name);
        await SignAsync(fixture, first.Name);
    }

    [Fact]
    public async Task A_garbled_goodbye_harms_nobody()
    {
        await using var tpm = await Swtpm.StartAsync();
        Disturb(TpmCommandCode.Shutdown, response => response[..^1]);
        var worker = new TpmWorker(() => Disturbed(TpmConnection.Open(tpm.Tcti)), TimeProvider.System) { ShutDownAtEnd = true };
        await worker.RunAsync(scope => scope.Random(8), Cancellation);

        worker.Dispose();

        Assert.Equal(0, _left);
    }

    private static Task<byte[]> SignAsync(VaultFixture fixture, string name) => fixture.Vault.Signatures.SignAsync(
        fixture.Vault.Keys.Find(name)!, "ES256", s_digest, null, Cancellation);

    private static byte[] FlipLastBit(byte[] response)
    {
        response[^1] ^= 1;
        return response;
    }

    /// <summary>Another object, in place of the one that was asked for.</summary>
    private static byte[] OtherHandle(byte[] response)
    {
        var handle = response.AsSpan(10);
        BinaryPrimitives.WriteUInt32BigEndian(handle, BinaryPrimitives.ReadUInt32BigEndian(handle) ^ 1);
        return response;
    }

    private void Disturb(TpmCommandCode command, Func<byte[], byte[]> change, int times = 1) =>
        (_disturbed, _change, _left) = (command, change, times);

    private FaultInjectingTransport Disturbed(ITpmTransport inner) => new(inner, command =>
    {
        if (_left == 0 || (TpmCommandCode)BinaryPrimitives.ReadUInt32BigEndian(command.Span[6..]) != _disturbed)
        {
            return null;
        }

        _left--;
        return TransportFault.Alters(_change);
    });
}
