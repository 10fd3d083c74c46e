using System.Security.Cryptography;

using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>RSA generation beside interactive work, on a real TPM. Time passes with every signature, and only so.</summary>
public sealed class LongWorkTests
{
    private const int Generations = 3;
    private const int Signers = 4;
    private static readonly byte[] s_digest = SHA256.HashData("message"u8);
    private static readonly SignatureScheme s_scheme = new(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256);
    private static readonly TimeSpan s_step = TpmQueue.LongPatience / 20;

    private static readonly TpmPublic s_ecP256 = TemplateOf(KeyTypes.EcP256);
    private static readonly TpmPublic s_rsa3072 = TemplateOf(KeyTypes.Rsa3072);

    private readonly FakeTimeProvider _clock = new();
    private volatile bool _over;
    private int _begun;
    private int _signed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interactive_work_waits_for_one_generation_at_most_and_every_generation_gets_done()
    {
        await using var tpm = await Swtpm.StartAsync();
        using var worker = new TpmWorker(() => TpmConnection.Open(tpm.Tcti), _clock);
        worker.Pin(await worker.RunAsync(StorageRoot.FindOrMake, Cancellation));
        var key = new StoredKey(
            await worker.RunAsync(
                scope => scope.Create(null, new NewObject(s_ecP256)), Cancellation),
            parent: null);

        var signers = Enumerable.Range(0, Signers).Select(_ => Task.Run(() => SignAsync(worker, key), Cancellation)).ToArray();
        var made = await Task.WhenAll(Enumerable.Range(0, Generations).Select(_ => GenerateAsync(worker)));
        _over = true;
        await Task.WhenAll(signers);

        Assert.All(made, rsa => Assert.Equal(s_rsa3072.Parameters, TpmPublic.ParseSized(rsa.Public).Parameters));
        TestContext.Current.TestOutputHelper!.WriteLine($"{Generations} generations, {_signed} signatures");
    }

    private static TpmPublic TemplateOf(string type) =>
        KeyTemplates.Of(KeyTypes.Find(type)!, ["sign", "verify"], Residence.Local);

    private async Task SignAsync(TpmWorker worker, StoredKey key)
    {
        using var verifier = key.Area.ToKey();
        while (!_over)
        {
            var work = worker.RunAsync(
                scope => (scope.Sign(key, [], s_digest, s_scheme), Volatile.Read(ref _begun)), Cancellation);
            var begunBefore = Volatile.Read(ref _begun); // It waits already.
            var (signature, begun) = await work;

            Assert.True(begun - begunBefore <= 1, $"{begun - begunBefore} generations passed a signature that waited");
            Assert.True(signature.VerifyData(verifier, "message"u8));
            Interlocked.Increment(ref _signed);
            _clock.Advance(s_step);
        }
    }

    private Task<SealedObject> GenerateAsync(TpmWorker worker) => worker.RunAsync(
        scope =>
        {
            Interlocked.Increment(ref _begun);
            return scope.Create(null, new NewObject(s_rsa3072));
        },
        Cancellation, TpmPriority.Long);
}
