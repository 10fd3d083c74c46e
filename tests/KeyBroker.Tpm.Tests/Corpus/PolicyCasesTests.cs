using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using Xunit;
using static KeyBroker.Tpm.Tests.Corpus.RealCases;

namespace KeyBroker.Tpm.Tests.Corpus;

public sealed class PolicyCasesTests
{
    [Fact]
    public void Policies_digest_as_elsewhere() => All(
        Of("policy_digest").Where(one => Steps(one) is not null),
        one =>
        {
            foreach (var expected in one.GetProperty("expected").GetProperty("digest").EnumerateObject())
            {
                var digest = Steps(one)!.Aggregate(PolicyDigest.Start(Hash(expected.Name)), Apply);
                Assert.Equal(expected.Value.GetString(), Convert.ToHexStringLower(digest.Value));
            }
        });

    [Fact]
    public void Registers_combine_as_elsewhere() => All(
        Of("policy_digest").Where(one => Text(one, "subkind") == "pcr_digest"),
        one =>
        {
            foreach (var expected in one.GetProperty("expected").GetProperty("pcr_digest").EnumerateObject())
            {
                var digest = PolicyDigest.PcrDigest(Hash(expected.Name), Values(one.GetProperty("inputs")));
                Assert.Equal(expected.Value.GetString(), Convert.ToHexStringLower(digest));
            }
        });

    [Fact]
    public void Signed_policies_verify_or_are_refused() => All(
        Of("policy_digest").Where(one => Text(one, "subkind") == "signed_pcr_policy"),
        one =>
        {
            using var key = RSA.Create();
            key.ImportFromPem(Encoding.UTF8.GetString(Bytes(one, "signing_key")));
            using var policies = JsonDocument.Parse(Bytes(one, "signed_policies"));
            var bank = Text(one.GetProperty("inputs"), "bank")!;
            var policy = policies.RootElement.GetProperty(bank)[0];
            var signature = TpmSignature.OfRsa(
                TpmAlgorithm.RsaSsa, Hash(bank), policy.GetProperty("sig").GetBytesFromBase64());

            Assert.Equal(Text(one, "outcome") == "accept", signature.VerifyData(key, Hex(policy, "pol")));
        });

    private static IReadOnlyList<JsonElement>? Steps(JsonElement one) =>
        one.TryGetProperty("inputs", out var inputs) && inputs.TryGetProperty("ops", out var steps)
            ? [.. steps.EnumerateArray()]
            : null;

    private static PolicyDigest Apply(PolicyDigest digest, JsonElement step) => Text(step, "op") switch
    {
        "PolicyAuthValue" or "PolicyPassword" => digest.AuthValue(),
        "PolicyAuthorize" => digest.Authorize(Name(step, "name"), Hex(step, "policy_ref")),
        "PolicyAuthorizeNV" => digest.AuthorizeNv(Name(step, "nv_name")),
        "PolicyCommandCode" => digest.CommandCode(Convert.ToUInt32(Text(step, "code"), 16)),
        "PolicyCounterTimer" => digest.CounterTimer(Comparison(step)),
        "PolicyNV" when Text(step, "args_hash") is not null => digest.Nv(Name(step, "nv_name"), Hex(step, "args_hash")),
        "PolicyNV" => digest.Nv(NameOfIndex(step), Comparison(step)),
        "PolicyCpHash" => digest.CpHash(Hex(step, "hash")),
        "PolicyNameHash" => digest.NameHash(Hex(step, "hash")),
        "PolicyDuplicationSelect" => digest.DuplicationSelect(
            Name(step, "new_parent_name"),
            step.GetProperty("include_object").GetBoolean() ? Name(step, "object_name") : null),
        "PolicyNvWritten" => digest.NvWritten(step.GetProperty("written").GetBoolean()),
        "PolicyOR" => digest.Or([.. step.GetProperty("digests").EnumerateArray()
            .Select(branch => Convert.FromHexString(branch.GetString()!))]),
        "PolicyPCR" when Text(step, "pcr_digest") is not null => digest.Pcr(Selection(step), Hex(step, "pcr_digest")),
        "PolicyPCR" => digest.Pcr(Selection(step), Values(step)),
        "PolicySecret" => digest.Secret(Name(step, "name"), Hex(step, "policy_ref")),
        "PolicySigned" => digest.Signed(Name(step, "name"), Hex(step, "policy_ref")),
        var other => throw new ArgumentException($"unknown step {other}"),
    };

    private static TpmName NameOfIndex(JsonElement step)
    {
        var index = NvPublic.Parse(Hex(step, "nv_public_tpms"));
        Assert.Equal(Name(step, "nv_name"), index.Name);
        return index.Name;
    }

    private static NvComparison Comparison(JsonElement step) => new(
        Text(step, "operation") switch
        {
            "UnsignedGT" => TpmComparison.UnsignedGreater,
            "UnsignedGE" => TpmComparison.UnsignedGreaterOrEqual,
            "UnsignedLT" => TpmComparison.UnsignedLess,
            var other => throw new ArgumentException($"unknown comparison {other}"),
        },
        Hex(step, "operand"),
        step.GetProperty("offset").GetInt32());

    private static TpmName Name(JsonElement step, string member) => new(Hex(step, member));

    private static PcrSelection[] Selection(JsonElement step) =>
        [.. step.GetProperty("selection").EnumerateArray().Select(bank => PcrSelection.Of(
            Hash(Text(bank, "alg")!), [.. bank.GetProperty("pcrs").EnumerateArray().Select(pcr => pcr.GetInt32())]))];

    private static IEnumerable<byte[]> Values(JsonElement step) =>
        from bank in step.GetProperty("selection").EnumerateArray()
        from pcr in bank.GetProperty("pcrs").EnumerateArray().Select(pcr => pcr.GetInt32()).Order()
        select Hex(
            step.GetProperty("values").GetProperty(Text(bank, "alg")!), pcr.ToString(CultureInfo.InvariantCulture));
}
