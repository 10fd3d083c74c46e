using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Tests;

/// <summary>Attestation keys of every kind, and a second one of each for the attacker; made once.</summary>
public static class TestKeys
{
    private static readonly Dictionary<string, Lazy<SoftwareAttestationKey>> s_keys = Make();
    private static readonly Dictionary<string, Lazy<SoftwareAttestationKey>> s_attackers = Make();

    public static IEnumerable<string> Kinds => s_keys.Keys;

    public static SoftwareAttestationKey Get(string kind) => s_keys[kind].Value;

    /// <summary>Another key of the kind that made this signature.</summary>
    public static SoftwareAttestationKey Another(TpmSignature signature) => s_attackers[$"{signature.Algorithm}-{signature.Hash}"].Value;

    private static Dictionary<string, Lazy<SoftwareAttestationKey>> Make() => new(StringComparer.Ordinal)
    {
        ["EcDsa-Sha256"] = new(() => SoftwareAttestationKey.EccP256()),
        ["EcDsa-Sha384"] = new(() => SoftwareAttestationKey.EccP384()),
        ["RsaSsa-Sha256"] = new(() => SoftwareAttestationKey.RsaSsa()),
        ["RsaSsa-Sha384"] = new(() => SoftwareAttestationKey.RsaSsa(TpmAlgorithm.Sha384)),
        ["RsaPss-Sha512"] = new(() => SoftwareAttestationKey.RsaPss(TpmAlgorithm.Sha512)),
    };
}
