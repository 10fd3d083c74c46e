using System.Security.Cryptography;
using System.Text.RegularExpressions;
using KeyBroker.Testing;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests;

/// <summary>The samples of the library's README, word for word, on a real TPM.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task The_first_sample_signs()
    {
        await using var swtpm = await Swtpm.StartAsync();
        var (tcti, message, password) = (swtpm.Tcti, "message"u8.ToArray(), "open sesame"u8.ToArray());
        using var tpm = new Tpm(TpmConnection.Open(tcti));
        var root = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));
        using var session = HmacSession.StartSalted(tpm, root.Object, root.Public);
        var made = tpm.Execute(new Create(
            root.Object.With(session), Templates.SigningKeyEccP256, new Sensitive(password, default)));
        var key = tpm.Execute(new Load(root.Object.With(session), made.Private, made.Public));
        var signature = tpm.Execute(new Sign(key.With(session, password), SHA256.HashData(message)));
        using var verifier = made.Public.ToKey();
        var isGood = signature.VerifyData(verifier, message);
        Assert.True(isGood);
    }

    [Fact]
    public async Task The_second_sample_seals()
    {
        await using var swtpm = await Swtpm.StartAsync();
        var wire = new List<RecordedExchange>();
        using var tpm = new Tpm(new RecordingTransport(swtpm.OpenTransport(), wire.Add));
        var root = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));
        var secret = "attack at dawn"u8.ToArray();
        PcrSelection[] pcrs = [PcrSelection.Of(TpmAlgorithm.Sha256, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14)];
        using var session = HmacSession.StartSalted(tpm, root.Object, root.Public);
        var values = PcrRead.All(tpm, pcrs);
        var policy = Policy.Empty.Pcr(pcrs, values).CommandCode(TpmCommandCode.Unseal);
        var template = Templates.SealedData(policy.Digest(TpmAlgorithm.Sha256));
        var made = tpm.Execute(new CreateLoaded(root.Object.With(session), template, new Sensitive(default, secret)));

        using var unsealing = PolicySession.StartSalted(tpm, root.Object, root.Public);
        policy.Satisfy(unsealing);
        var opened = tpm.Execute(new Unseal(made.Object.With(unsealing)));
        Assert.Equal(secret, opened);
        Assert.DoesNotContain(wire, exchange => Holds(exchange.Command, secret) || Holds(exchange.Response, secret));
    }

    [Fact]
    public void The_samples_are_these()
    {
        var readme = File.ReadAllText(Repository.Path("src", "KeyBroker.Tpm", "README.md"));
        var source = Spaceless(File.ReadAllText(Repository.Path("tests", "KeyBroker.Tpm.Tests", "ReadmeTests.cs")));
        var samples = Sample().Matches(readme);
        Assert.Equal(2, samples.Count);
        Assert.All(samples, sample => Assert.Contains(Spaceless(sample.Groups[1].Value), source, StringComparison.Ordinal));
    }

    private static bool Holds(ReadOnlyMemory<byte> bytes, byte[] secret) => bytes.Span.IndexOf(secret) >= 0;

    private static string Spaceless(string code) =>
        string.Concat(code.Where(letter => !char.IsWhiteSpace(letter)));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
