using System.Security.Cryptography;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Section 4 over HTTP: each change of good evidence gets its own refusal, and the control is accepted.</summary>
public sealed class AttestationTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    public static TheoryData<string, Func<EvidenceBuilder, EvidenceBuilder>, int, string, string?> Attacks => new()
    {
        { "nonce never issued", e => e with { Nonce = RandomNumberGenerator.GetBytes(64) }, 403, "attestation-denied", "nonce-unknown" },
        { "nonce cut", e => e with { Nonce = e.Nonce[..32] }, 403, "attestation-denied", "nonce-unknown" },
        { "forged magic", e => e with { Magic = 0xDEADBEEF }, 403, "attestation-denied", "quote-magic" },
        { "another attestation type", e => e with { Type = 0x8019 }, 403, "attestation-denied", "quote-type" },
        { "another extraData", e => e with { EditExtraData = _ => new byte[32] }, 403, "attestation-denied", "quote-binding" },
        { "swapped cnf or enc", e => e with { SwapRuntimeData = text => Swapped(e, text) }, 403, "attestation-denied", "quote-binding" },
        { "signature of other bytes", e => e with { SwapAttest = Flip }, 403, "attestation-denied", "quote-signature" },
        { "other selection", e => e with { EditBody = body => body["pcrs"]!["sha256"]!.AsObject().Remove("4") }, 403, "attestation-denied", "pcr-selection" },
        { "empty selection", e => e with { Selection = [PcrSelection.Of(TpmAlgorithm.Sha256)] }, 403, "attestation-denied", "pcr-selection" },
        { "other values", e => e with { EditPcrDigest = _ => new byte[32] }, 403, "attestation-denied", "pcr-digest" },
        { "PCR differs", e => e with { Register = (_, _) => [.. Enumerable.Repeat((byte)0x99, 32)] }, 403, "attestation-denied", "policy-pcr" },
        { "policy PCR absent", e => e with { Selection = [PcrSelection.Of(TpmAlgorithm.Sha256, 0)] }, 403, "attestation-denied", "policy-pcr" },
        { "unknown member", e => e with { EditBody = body => body["x"] = 1 }, 400, "request-malformed", null },
        { "trailing bytes", e => e with { EditJson = text => text + "{}" }, 400, "request-malformed", null },
        { "log of files", e => e with { EditBody = body => body["imaLog"] = "AA" }, 422, "operation-unsupported", null },
        { "event log that is none", e => e with { EditBody = body => body["eventLog"] = "AA" }, 403, "attestation-denied", "event-log" },
        { "event log not canonical", e => e with { EditBody = body => body["eventLog"] = "AB" }, 400, "request-malformed", null },
        { "event log of null", e => e with { EditBody = body => body["eventLog"] = null }, 400, "request-malformed", null },
        { "unknown machine", e => e with { Machine = "sha256-" + new string('a', 64) }, 403, "machine-inactive", null },
    };

    [Theory]
    [MemberData(nameof(Attacks), DisableDiscoveryEnumeration = true)]
    public async Task Refuses_one_change(string attack, Func<EvidenceBuilder, EvidenceBuilder> change, int status, string code, string? reason)
    {
        Assert.NotEmpty(attack);
        using var machine = await SoftwareMachine.ActiveAsync(broker);

        (await machine.AttestAsync(change)).IsRefused(status, code, reason);

        Assert.Equal(200, (await machine.AttestAsync()).Status);
    }

    [Fact]
    public async Task Says_which_register_differs_and_what_was_expected()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var answer = await machine.AttestAsync(e => e with { Register = (_, _) => [.. Enumerable.Repeat((byte)0x99, 32)] });
        var reason = answer.Json["reasons"]![0]!;
        Assert.Equal(("web-tier", 7), (reason["policy"]!.GetValue<string>(), reason["pcr"]!.GetValue<int>()));
        Assert.Equal(string.Concat(Enumerable.Repeat("99", 32)), reason["actual"]!.GetValue<string>());
        Assert.Equal("known good", reason["expected"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task A_nonce_works_once_however_many_ask_at_once()
    {
        using var machine = await SoftwareMachine.ActiveAsync(broker);
        var nonce = await machine.ChallengeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => machine.AttestAsync(e => e with { Nonce = nonce })));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsRefused(409, "challenge-used"));
    }

    [Fact]
    public async Task An_earlier_boot_is_refused_and_a_later_one_ends_tokens_even_where_no_policy_holds()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        Assert.Equal(200, (await machine.CallAsync("GET", "/v1/keys")).Status);

        machine.Clock = machine.Clock with { ResetCount = 8 };
        (await machine.AttestAsync(e => e with { Register = (_, _) => [.. Enumerable.Repeat((byte)0x99, 32)] }))
            .IsRefused(403, "attestation-denied", "policy-pcr");

        (await machine.CallAsync("GET", "/v1/keys")).IsRefused(401, "token-invalid");
        machine.Clock = machine.Clock with { ResetCount = 7 };
        (await machine.AttestAsync()).IsRefused(403, "attestation-denied", "boot-order");
        await broker.AdministerAsync($"machines/{machine.Id}/reset-boot");
        Assert.Equal(200, (await machine.AttestAsync()).Status);
    }

    private static byte[] Flip(byte[] attest)
    {
        attest[^1] ^= 1;
        return attest;
    }

    // Another key of the attacker's: both coordinates, so that the point stays on its curve.
    private static string Swapped(EvidenceBuilder evidence, string text)
    {
        var other = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);
        return text
            .Replace(evidence.Enc!["x"]!.GetValue<string>(), other["x"]!.GetValue<string>(), StringComparison.Ordinal)
            .Replace(evidence.Enc!["y"]!.GetValue<string>(), other["y"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
