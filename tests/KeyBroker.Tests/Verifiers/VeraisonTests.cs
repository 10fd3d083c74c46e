using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;
using KeyBroker.Verifiers;
using WireMock.ResponseBuilders;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-45: sessions of Veraison as its API has them, at once or after a while, and none that leads elsewhere.</summary>
public sealed class VeraisonTests
{
    private const string Session = "application/vnd.veraison.challenge-response-session+json";

    [Theory]
    [InlineData(false, "state")]
    [InlineData(true, "state")]
    [InlineData(true, "status")]
    public async Task Opens_a_session_posts_evidence_and_takes_the_result(bool later, string member)
    {
        await using var asked = await AskedVerifier.StartAsync("veraison", null, "MediaType=application/vnd.example.tpm+json");
        var verifier = asked.Verifier;
        byte[] runtime = [];
        verifier.On("/asked/newSession", "POST", Opened("session/1"));
        verifier.On("/asked/session/1", "POST", Response.Create().WithStatusCode(later ? 202 : 200).WithHeader("Content-Type", Session).WithBody(request =>
        {
            runtime = AskedVerifier.RuntimeOf(request.Body);
            return later ? Document(member, "processing") : Document(member, "complete", asked.Result(runtime));
        }));
        verifier.On("/asked/session/1", "GET", Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session)
            .WithBody(_ => Document(member, "complete", asked.Result(runtime))));
        verifier.On("/asked/session/1", "DELETE", Response.Create().WithStatusCode(204));

        await asked.AllowedAsync();

        var opened = verifier.Server.LogEntries.Single(entry => entry.RequestMessage.Path == "/asked/newSession").RequestMessage;
        Assert.Equal(Base64Url.Encode(SHA256.HashData(runtime)), opened.Query!["nonce"].Single());
        var sent = verifier.Server.LogEntries.Single(entry => entry.RequestMessage is { Path: "/asked/session/1", Method: "POST" }).RequestMessage;
        Assert.Equal("application/vnd.example.tpm+json", sent.Headers!["Content-Type"].Single());
    }

    /// <summary>VER-48.</summary>
    [Fact]
    public async Task Writes_evidence_for_the_scheme_tpm_enacttrust()
    {
        await using var asked = await AskedVerifier.StartAsync("veraison", null, "Evidence=enacttrust");
        var verifier = asked.Verifier;
        byte[] runtime = [], sent = [];
        verifier.On("/asked/newSession", "POST", Opened("session/1"));
        verifier.On("/asked/session/1", "POST", Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session).WithBody(request =>
        {
            sent = request.BodyAsBytes!;
            return Document("state", "complete", asked.Result(runtime));
        }));
        var answer = await asked.AttestAsync(evidence => evidence with { SwapRuntimeData = Keep });
        Assert.True(answer.Status == 200, answer.Text);

        Assert.Equal(
            "application/vnd.enacttrust.tpm-evidence",
            verifier.Server.LogEntries.Single(entry => entry.RequestMessage is { Path: "/asked/session/1", Method: "POST" }).RequestMessage.Headers!["Content-Type"].Single());
        Assert.Equal(EnactTrustToken.NodeOf(asked.Machine.Id), sent[..16]);
        var size = (sent[16] << 8) | sent[17];
        var attest = Attest.Parse(sent.AsSpan(18, size));
        Assert.Equal(SHA256.HashData(runtime), attest.ExtraData.ToArray());
        var signature = TpmSignature.Parse(sent.AsSpan(18 + size));
        Assert.True(AttestationKey.Check(asked.Machine.Ak.Public).Verifies(sent.AsSpan(18, size).ToArray(), signature));

        string Keep(string text)
        {
            runtime = Encoding.UTF8.GetBytes(text);
            return text;
        }
    }

    /// <summary>VER-49.</summary>
    [Fact]
    public async Task Evidence_that_the_scheme_has_no_place_for_is_not_sent()
    {
        await using var asked = await AskedVerifier.StartAsync("veraison", null, "Evidence=enacttrust");
        var answer = await asked.AttestAsync(evidence => evidence with { Selection = [.. evidence.Selection, PcrSelection.Of(TpmAlgorithm.Sha384, 0)] });
        answer.IsRefused(403, "attestation-denied", "policy-result");
        Assert.Contains("one bank", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, asked.Verifier.Requests("/asked/newSession"));
    }

    [Fact]
    public void The_node_of_a_machine_is_the_one_of_the_specification() => Assert.Equal(
        Guid.Parse("00112233-4455-8677-8899-aabbccddeeff").ToByteArray(bigEndian: true),
        EnactTrustToken.NodeOf("sha256-00112233445566778899aabbccddeeff" + new string('0', 32)));

    [Theory]
    [InlineData("http://127.0.0.1:1/session/1", 503)]
    [InlineData("//other.example/session/1", 503)]
    [InlineData(null, 503)]
    public async Task A_session_elsewhere_is_not_followed(string? location, int status)
    {
        await using var asked = await AskedVerifier.StartAsync("veraison");
        asked.Verifier.On("/asked/newSession", "POST", Opened(location));
        (await asked.AttestAsync()).IsRefused(status, "verifier-unavailable", "policy-result");
        Assert.DoesNotContain(asked.Verifier.Server.LogEntries, entry => entry.RequestMessage.Path.Contains("session/1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("failed", 403, "attestation-denied")]
    [InlineData("dancing", 503, "verifier-unavailable")]
    [InlineData("processing", 503, "verifier-unavailable")]
    public async Task A_session_that_ends_otherwise_lets_nobody_in(string state, int status, string code)
    {
        await using var asked = await AskedVerifier.StartAsync("veraison", null, "Timeout=1s", "AttemptTimeout=1s");
        asked.Verifier.On("/asked/newSession", "POST", Opened("session/1"));
        var answer = Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session).WithBody(Document("state", state));
        asked.Verifier.On("/asked/session/1", "POST", answer);
        asked.Verifier.On("/asked/session/1", "GET", answer);
        (await asked.AttestAsync()).IsRefused(status, code, "policy-result");
    }

    private static IResponseBuilder Opened(string? location)
    {
        var answer = Response.Create().WithStatusCode(201).WithHeader("Content-Type", Session).WithBody(Document("state", "waiting"));
        return location is null ? answer : answer.WithHeader("Location", location);
    }

    private static string Document(string member, string state, string? result = null)
    {
        var document = new JsonObject { ["nonce"] = "AA", ["expiry"] = "2030-10-12T07:20:50.52Z", ["accept"] = new JsonArray(), [member] = state };
        if (result is not null)
        {
            document["result"] = result;
        }

        return document.ToJsonString();
    }
}
