using System.Collections.Immutable;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>The profiles that come with the broker; specs/remote-verifiers.md says where their claims are published.</summary>
internal static class ResultProfiles
{
    private const string VeraisonEar = "tag:github.com,2023:veraison/ear";
    private const string IetfEar = "tag:ietf.org,2026:rats/ear";

    public static ImmutableArray<string> Names { get; } = ["ear", "ear-ietf", "oidc", "maa", "intel-ita"];

    /// <summary>Null for a name that is none of them.</summary>
    public static ResultProfile? Find(string name) => name switch
    {
        "ear" => Ear(name, VeraisonEar, "ear.status"),
        "ear-ietf" => Ear(name, IetfEar, "ear_status"),
        "oidc" => new(name, new NoStatus()) { Nonce = At("nonce"), Key = At("cnf") },
        "maa" => new(name, new NoStatus()) { Runtime = At("x-ms-runtime") },
        "intel-ita" => new(name, new ClaimStatus(
            At("attester_tcb_status"), ["UpToDate"], ["SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded"]))
        {
            Runtime = At("attester_held_data"),
        },
        _ => null,
    };

    private static ResultProfile Ear(string name, string profile, string status) => new(name, new EarStatus(status))
    {
        EatProfile = profile,
        MayLackExpiry = true,
        Nonce = At("eat_nonce"),
        Key = At("cnf"),
    };

    private static ClaimPath At(string path) => ClaimPath.TryParse(path)!;
}
