using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Receipts;

/// <summary>The members that make a JWT an EAR (EAT Attestation Result), of one appraised TPM.</summary>
internal static class Ear
{
    public const string Type = "eat+jwt";
    private const string Submodule = "tpm";

    /// <param name="names">The profile.</param>
    /// <param name="status">One of AR4SI's tiers.</param>
    /// <param name="vector">What the status rests on; no claim of it is worse.</param>
    /// <param name="policies">The ids of the policies it was appraised by; none where no policy is about the machine.</param>
    /// <param name="nonce">Echoed: 8 to 64 bytes.</param>
    public static JsonObject Claims(
        EarNames names, string status, TrustVector vector, IReadOnlyList<string> policies, byte[] nonce)
    {
        var appraisal = new JsonObject { [names.Status] = status, [names.Vector] = vector.ToJson() };
        if (policies.Count > 0)
        {
            appraisal[names.Policies] = names.PolicyIds(policies);
        }

        return new JsonObject
        {
            ["eat_profile"] = names.Profile,
            [names.VerifierId] = new JsonObject { ["build"] = "keybroker/1", ["developer"] = "KeyBroker" },
            ["eat_nonce"] = Base64Url.Encode(nonce),
            ["submods"] = new JsonObject { [Submodule] = appraisal },
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
