using System.Security.Cryptography;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>A TPM in dictionary attack lockout, which anybody with access to it can cause.</summary>
public sealed class LockoutWatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lockout_is_seen_and_said_and_keeps_no_key_from_working()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(tpm.OpenTransport, TimeProvider.System);
        worker.Pin(await worker.RunAsync(StorageRoot.FindOrMake, Cancellation));
        var area = KeyTemplates.Of(KeyTypes.Find(KeyTypes.EcP256)!, ["sign", "verify"], Residence.Local);
        var auth = RandomNumberGenerator.GetBytes(32);
        var key = new StoredKey(
            await worker.RunAsync(scope => scope.Create(null, new NewObject(area) { Auth = auth }), Cancellation), parent: null);
        await LockOutAsync(tpm);

        var (clock, log) = (new FakeTimeProvider(), new LineLog());
        using var watch = new LockoutWatch(worker, clock, new Log(log));
        await watch.StartAsync(Cancellation);
        while (!watch.IsLockedOut)
        {
            await Task.Delay(5, Cancellation);
        }

        var scheme = new SignatureScheme(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256);
        await worker.RunAsync(scope => scope.Sign(key, auth, SHA256.HashData("message"u8), scheme), Cancellation);
        Assert.Contains("lockout", Assert.Single(log.Lines));
        await watch.StopAsync(Cancellation);
    }

    [Fact(DisplayName = "TPM-22 nothing that the broker makes in a TPM is subject to the lockout")]
    public void Nothing_is_subject_to_it()
    {
        Residence[] residences = [Residence.Local, Residence.Fleet];
        IEnumerable<TpmPublic> made =
        [
            VaultTemplates.LocalStorage,
            VaultTemplates.FleetStorage(VaultTemplates.LocalStorage.Name),
            VaultTemplates.BrokerAttestationKey,
            .. residences.Select(VaultTemplates.SealedData),
            .. from type in KeyTypes.All
               where type.Family != KeyFamily.Aes // Sealed: the TPM has no such key.
               from operation in (string[])["sign", "decrypt"]
               from residence in residences
               select KeyTemplates.Of(type, [operation], residence),
        ];

        Assert.All(made, area => Assert.True(area.Attributes.HasFlag(ObjectAttributes.NoDa), area.ToString()));
    }

    /// <summary>No wrong guess is allowed any more; the worker's connection goes with the reset that makes room for ours.</summary>
    private static async Task LockOutAsync(Swtpm tpm)
    {
        await tpm.ResetAsync();
        using var other = tpm.Open();
        var years = TimeSpan.FromDays(1000);
        other.Execute(new DictionaryAttackParameters(TpmObject.Lockout.WithPassword(), maxTries: 0, years, years));
    }

    private sealed class Log(LineLog lines) : ILogger<LockoutWatch>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Log(logLevel, eventId, state, exception, formatter);
    }
}
