using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Configuration;
using KeyBroker.Testing;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Endorsements;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>BRA-1 to BRA-7: what the broker says of itself, over HTTP and on a real TPM.</summary>
public sealed class BrokerAttestationTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public async Task A_quote_is_over_the_nonce_and_the_published_keys(int length)
    {
        var nonce = RandomNumberGenerator.GetBytes(length);
        var evidence = await AskAsync(nonce);
        var verified = VerifiedBroker.Check(evidence, nonce);

        Assert.Equal(broker.Origin, verified.Issuer);
        Assert.False(verified.HoldsEndorsementKey);
        Assert.Equal(16, verified.State.Pcrs.Count);
        var jwks = JsonNode.Parse(evidence.Jwks)!.AsObject();
        Assert.True(jwks.Remove("issuer"));
        var published = await broker.Tcp.GetStringAsync("/.well-known/jwks.json", Cancellation);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(published), jwks));
        var keys = JsonNode.Parse(await broker.Tcp.GetStringAsync("/v1/broker/signing-keys", Cancellation))!;
        Assert.Equal(keys["ak"]!["name"]!.GetValue<string>(), verified.AttestationKey.ToString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"nonce":""}""")]
    [InlineData("""{"nonce":"AAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("""{"nonce":"AAAAAAAAAAAAAAAAAAAAAB"}""")]
    [InlineData("""{"nonce":7}""")]
    [InlineData("""{"nonce":"AAAAAAAAAAAAAAAAAAAAAA","more":1}""")]
    [InlineData("""{"nonce":"AAAAAAAAAAAAAAAAAAAAAA","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("""{"nonce":"AAAAAAAAAAAAAAAAAAAAAA","credential":{}}""")]
    [InlineData("""{"nonce":"AAAAAAAAAAAAAAAAAAAAAA","credential":{"blob":"AAA","secret":"AAA"}}""")]
    [InlineData("""{"nonce":"AAAAAAAAAAAAAAAAAAAAAA","credential":{"blob":"AAE","secret":"AAAA"}}""")]
    public async Task A_question_that_is_none_is_refused(string body) =>
        (await PostAsync(body)).IsRefused(400, "request-malformed");

    [Fact]
    public async Task A_nonce_of_more_than_64_bytes_is_refused() =>
        (await PostAsync(Question(new byte[65]).ToJsonString())).IsRefused(400, "request-malformed");

    /// <summary>BRA-6: the one TPM that has both keys opens the credential, and says so without saying what is in it.</summary>
    [Fact]
    public async Task A_credential_for_its_two_keys_is_answered_and_not_given_out()
    {
        var challenge = BrokerChallenge.For(await AskAsync(new byte[32]));
        var nonce = RandomNumberGenerator.GetBytes(32);
        var evidence = await AskAsync(nonce, challenge.Credential);
        Assert.True(VerifiedBroker.Check(evidence, nonce, challenge).HoldsEndorsementKey);

        var other = RandomNumberGenerator.GetBytes(32);
        var repeated = await AskAsync(other, challenge.Credential);
        Assert.NotEqual(evidence.Activated, repeated.Activated);
        Refused(BrokerReasons.Endorsement, () => VerifiedBroker.Check(repeated with { Activated = evidence.Activated }, other, challenge));
        Refused(BrokerReasons.Endorsement, () => VerifiedBroker.Check(repeated with { Activated = null }, other, challenge));
    }

    /// <summary>Threat A01 the other way round: nobody enrols this TPM anywhere with the broker's help.</summary>
    [Fact]
    public async Task A_secret_from_an_enrolment_elsewhere_does_not_come_back()
    {
        var keys = await AskAsync(new byte[32]);
        var secret = RandomNumberGenerator.GetBytes(32);
        var credential = CredentialBlob.MakeCredential(keys.EndorsementKey, keys.AttestationKey.Name, secret);
        var answer = await PostAsync(Question(new byte[32], credential).ToJsonString());
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(Base64Url.Encode(secret), answer.Text, StringComparison.Ordinal);
        Assert.Equal(BrokerBinding.Activation(secret, new byte[32]), BrokerEvidence.Parse(Encoding.UTF8.GetBytes(answer.Text)).Activated);
    }

    [Fact]
    public async Task Every_other_credential_is_one_and_the_same_refusal()
    {
        var keys = await AskAsync(new byte[32]);
        await using var elsewhere = await Swtpm.StartAsync();
        using var tpm = elsewhere.Open();
        var otherEk = EndorsementKeys.Create(tpm, EndorsementKeyKind.Ecc).Public;
        var good = CredentialBlob.MakeCredential(keys.EndorsementKey, keys.AttestationKey.Name, new byte[32]);
        CredentialBlob[] wrong =
        [
            CredentialBlob.MakeCredential(keys.EndorsementKey, otherEk.Name, new byte[32]), // For a key of the attacker's.
            CredentialBlob.MakeCredential(otherEk, keys.AttestationKey.Name, new byte[32]),
            CredentialBlob.MakeCredential(keys.EndorsementKey, keys.AttestationKey.Name, new byte[16]), // Could be guessed from its answer.
            CredentialBlob.MakeCredential(keys.EndorsementKey, keys.AttestationKey.Name, []),
            good with { Blob = [0, 0] },
            good with { Secret = [0, 0] },
            good with { Secret = [0, 4, 0, 0, 0, 0] },
            good with { Blob = [.. good.Blob[..^1], (byte)(good.Blob[^1] ^ 1)] },
        ];
        var answers = new List<string>();
        foreach (var credential in wrong)
        {
            var answer = await PostAsync(Question(new byte[32], credential).ToJsonString());
            answer.IsRefused(400, "request-malformed");
            answers.Add(answer.Json["reasons"]!.ToJsonString());
        }

        Assert.Single(answers.Distinct());
        Assert.NotNull((await AskAsync(new byte[32], good)).Activated);
    }

    /// <summary>BRA-7: strangers make no record, and the log of the audit grows by nothing.</summary>
    [Fact]
    public async Task Nothing_is_written()
    {
        var before = Records();
        for (var count = 0; count < 5; count++)
        {
            await AskAsync(new byte[32]);
            await PostAsync("{}");
        }

        Assert.Equal(before, Records());
    }

    [Fact]
    public async Task Many_who_ask_at_once_are_answered_or_told_to_come_back()
    {
        await using var own = await RunningBroker.StartAsync("--KeyBroker:RateLimits:BrokerAttestationsPerMinute=100000");
        var nonces = Enumerable.Range(0, 150).Select(_ => RandomNumberGenerator.GetBytes(32)).ToArray();
        var answers = await Task.WhenAll(nonces.Select(nonce => PostAsync(Question(nonce).ToJsonString(), own)));
        Assert.All(answers.Zip(nonces), pair =>
        {
            if (pair.First.Status == 200)
            {
                _ = VerifiedBroker.Check(BrokerEvidence.Parse(Encoding.UTF8.GetBytes(pair.First.Text)), pair.Second);
            }
            else
            {
                pair.First.IsRefused(503, "tpm-unavailable");
                Assert.Contains("Retry-After", pair.First.Headers, StringComparison.Ordinal);
            }
        });
        Assert.Contains(answers, answer => answer.Status == 200);

        // The very same question has one answer, however many ask it.
        var same = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => PostAsync(Question(new byte[16]).ToJsonString(), own)));
        Assert.All(same, answer => Assert.Equal(200, answer.Status));
        Assert.True(same.Select(answer => answer.Text).Distinct().Count() < same.Length);
    }

    [Fact]
    public async Task A_source_that_asks_too_often_waits_and_everything_else_goes_on()
    {
        await using var own = await RunningBroker.StartAsync("--KeyBroker:RateLimits:BrokerAttestationsPerMinute=2");
        var answers = new List<Answer>();
        for (var count = 0; count < 4; count++)
        {
            answers.Add(await PostAsync(Question(new byte[32]).ToJsonString(), own));
        }

        Assert.Equal([200, 200, 429, 429], answers.Select(answer => answer.Status));
        using var challenge = await own.Tcp.PostAsync("/v1/challenges", null, Cancellation);
        Assert.Equal(201, (int)challenge.StatusCode);
    }

    [Fact]
    public async Task The_log_of_the_boot_is_shown_where_it_is_configured()
    {
        Assert.Null((await AskAsync(new byte[32])).EventLog);
        var path = Path.Combine(Directory.CreateTempSubdirectory("kb-log-").FullName, "log");
        await File.WriteAllBytesAsync(path, BootLog.Honest().ToBytes(), Cancellation);
        await using (var own = await RunningBroker.StartAsync($"--KeyBroker:EventLog={path}"))
        {
            Assert.Equal(BootLog.Honest().ToBytes(), (await AskAsync(new byte[32], null, own)).EventLog);
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        var failure = await Assert.ThrowsAsync<StartupException>(() => RunningBroker.StartAsync($"--KeyBroker:EventLog={path}"));
        Assert.Contains("KeyBroker:EventLog", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>BRA-10 to BRA-16: whatever is changed on the way is refused, or was nothing that anything rests on.</summary>
    [Fact]
    public async Task No_flipped_byte_and_no_truncation_makes_another_broker()
    {
        var nonce = RandomNumberGenerator.GetBytes(32);
        var challenge = BrokerChallenge.For(await AskAsync(nonce));
        var evidence = await AskAsync(nonce, challenge.Credential);
        var good = Encoding.UTF8.GetBytes(evidence.ToJson().ToJsonString());
        var verified = VerifiedBroker.Check(evidence, nonce, challenge);
        for (var at = 0; at < good.Length; at++)
        {
            var changed = good.ToArray();
            changed[at] ^= (byte)(1 << (at % 7));
            var accepted = Accepted(changed, nonce, challenge);
            Assert.True(accepted is null || IsTheSame(verified, accepted), $"byte {at}");
        }

        Assert.All(Enumerable.Range(0, good.Length), length => Assert.Null(Accepted(good[..length], nonce, challenge)));
        Assert.NotNull(Accepted(good, nonce, challenge));
    }

    private static bool IsTheSame(VerifiedBroker one, VerifiedBroker other) =>
        (one.Issuer, one.AttestationKey, one.State.ToJson()) == (other.Issuer, other.AttestationKey, other.State.ToJson())
        && one.Evidence.EndorsementKey == other.Evidence.EndorsementKey
        && one.Evidence.Jwks.AsSpan().SequenceEqual(other.Evidence.Jwks);

    private static VerifiedBroker? Accepted(byte[] json, byte[] nonce, BrokerChallenge challenge)
    {
        try
        {
            return VerifiedBroker.Check(BrokerEvidence.Parse(json), nonce, challenge);
        }
        catch (DeniedException)
        {
            return null;
        }
    }

    private static void Refused(string reason, Action check) =>
        Assert.Equal(reason, Assert.Throws<DeniedException>(check).Reasons[0].Code);

    private static JsonObject Question(byte[] nonce, CredentialBlob? credential = null)
    {
        var question = new JsonObject { ["nonce"] = Base64Url.Encode(nonce) };
        if (credential is not null)
        {
            question["credential"] = new JsonObject
            {
                ["blob"] = Base64Url.Encode(credential.Blob),
                ["secret"] = Base64Url.Encode(credential.Secret),
            };
        }

        return question;
    }

    private async Task<BrokerEvidence> AskAsync(byte[] nonce, CredentialBlob? credential = null, RunningBroker? of = null)
    {
        var answer = await PostAsync(Question(nonce, credential).ToJsonString(), of);
        Assert.True(answer.Status == 200, answer.Text);
        return BrokerEvidence.Parse(Encoding.UTF8.GetBytes(answer.Text));
    }

    private async Task<Answer> PostAsync(string body, RunningBroker? to = null)
    {
        using var answer = await (to ?? broker).Tcp.PostAsync(
            "/v1/broker/attestation", new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation), answer.Headers.ToString());
    }

    private long Records() => new BrokerStore(broker).Count("audit");
}
