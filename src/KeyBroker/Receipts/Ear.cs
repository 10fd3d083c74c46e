using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Receipts;

/// <summary>The members that make a JWT an EAR (EAT Attestation Result), of one appraised part.</summary>
internal static class Ear
{
    public const string Type = "eat+jwt";

    /// <param name="names">The profile.</param>
    /// <param name="submodule">What was appraised.</param>
    /// <param name="appraised">One of AR4SI's tiers, and what it rests on; no claim of that is worse. Null where remote verifiers say it.</param>
    /// <param name="policies">The ids of the policies it was appraised by; none where no policy is about the machine.</param>
    /// <param name="nonce">Echoed: 8 to 64 bytes.</param>
    public static JsonObject Claims(
        EarNames names, string submodule, (string Status, TrustVector? Vector) appraised, IReadOnlyList<string> policies, byte[] nonce)
    {
        var appraisal = new JsonObject { [names.Status] = appraised.Status };
        if (appraised.Vector is { } vector)
        {
            appraisal[names.Vector] = vector.ToJson();
        }

        if (policies.Count > 0)
        {
            appraisal[names.Policies] = names.PolicyIds(policies);
        }

        return new JsonObject
        {
            ["eat_profile"] = names.Profile,
            [names.VerifierId] = new JsonObject { ["build"] = "keybroker/1", ["developer"] = "KeyBroker" },
            ["eat_nonce"] = Base64Url.Encode(nonce),
            ["submods"] = new JsonObject { [submodule] = appraisal },
        };
    }

    public static string PolicyId(Policy policy) => $"{policy.Name}@{policy.Digest}";

    /// <summary>As many texts as fit into so many bytes of a JSON list, in their order.</summary>
    public static IReadOnlyList<string> Fitting(IEnumerable<string> texts, int room)
    {
        var fitting = new List<string>();
        foreach (var text in texts)
        {
            room -= text.Length + "\"\",".Length;
            if (room < 0)
            {
                break;
            }

            fitting.Add(text);
        }

        return fitting;
    }
}
