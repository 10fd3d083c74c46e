using System.Collections.Immutable;
using System.Text.Json;
using KeyBroker.Conformance.Keys;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Policies;

/// <summary>Computes policies that are written as lists of steps, and what registers combine to.</summary>
internal static class PolicyJudge
{
    public static Verdict Judge(Case one)
    {
        var name = one.TextInput("alg") ?? "sha256";
        var steps = one.RequiredInput("ops").EnumerateArray();
        return Accept(name, steps.Aggregate(PolicyDigest.Start(Case.Hash(name)), PolicyStepReader.Apply).Value);
    }

    public static Verdict JudgeRegisters(Case one)
    {
        var name = one.TextInput("alg") ?? "sha256";
        var step = new { selection = one.RequiredInput("selection"), values = one.RequiredInput("values") };
        return Accept(name, PolicyDigest.PcrDigest(Case.Hash(name), PolicyStepReader.Values(JsonSerializer.SerializeToElement(step))));
    }

    /// <summary>systemd-measure: the policy digest is signed by the hash of the bank that it is about.</summary>
    public static Verdict JudgeSigned(Case one)
    {
        using var key = PublicKeyFile.FromPem(one.ReadText("signing_key"));
        using var policies = JsonDocument.Parse(one.Bytes("signed_policies"));
        var bank = one.TextInput("bank") ?? "sha256";
        var computed = one.Input("ops") is null ? null : Judge(one).Digest!.Values.Single();
        foreach (var policy in policies.RootElement.GetProperty(bank).EnumerateArray())
        {
            var signature = TpmSignature.OfRsa(TpmAlgorithm.RsaSsa, Case.Hash(bank), policy.GetProperty("sig").GetBytesFromBase64());
            if (!signature.VerifyData(key, Case.Hex(policy, "pol")))
            {
                return Verdict.Reject("the signature is not over this policy");
            }

            if (computed is null || computed == Case.Text(policy, "pol"))
            {
                return Accept(one.TextInput("alg") ?? "sha256", Case.Hex(policy, "pol"));
            }
        }

        return Verdict.Reject("none of the signed policies is this one");
    }

    private static Verdict Accept(string hash, byte[] digest) => Verdict.Accept("computed") with
    {
        Digest = ImmutableSortedDictionary<string, string>.Empty.Add(hash, Convert.ToHexStringLower(digest)),
    };
}
