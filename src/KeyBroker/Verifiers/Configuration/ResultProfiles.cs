using System.Collections.Immutable;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>The profiles that come with the broker; specs/remote-verifiers.md says where their claims are published.</summary>
internal static class ResultProfiles
{
    private static readonly ImmutableArray<string> s_veraisonEar = ["tag:github.com,2023:veraison/ear"];

    // Without a draft's number, as it may be once there are no more drafts; and of the drafts that say what is read here.
    private static readonly ImmutableArray<string> s_ietfEar =
        ["tag:ietf.org,2026:rats/ear", "tag:ietf.org,2026:rats/ear#03", "tag:ietf.org,2026:rats/ear#04"];

    public static ImmutableArray<string> Names { get; } = ["ear", "ear-ietf", "oidc", "maa", "intel-ita"];

    /// <summary>Null for a name that is none of them.</summary>
    public static ResultProfile? Find(string name) => name switch
    {
        "ear" => Ear(name, s_veraisonEar, "ear.status"),
        "ear-ietf" => Ear(name, s_ietfEar, "ear_status"),
        "oidc" => new(name, new NoStatus()) { Nonce = At("nonce"), Key = At("cnf") },
        "maa" => new(name, new NoStatus()) { Runtime = At("x-ms-runtime") },
        "intel-ita" => new(name, new ClaimStatus(
            At("attester_tcb_status"), ["UpToDate"], ["SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded"]))
        {
            Runtime = At("attester_held_data"),
        },
        _ => null,
    };

    private static ResultProfile Ear(string name, ImmutableArray<string> profiles, string status) => new(name, new EarStatus(status))
    {
        EatProfiles = profiles,
        MayLackExpiry = true,
        Nonce = At("eat_nonce"),
        Key = At("cnf"),
    };

    private static ClaimPath At(string path) => ClaimPath.TryParse(path)!;
}
