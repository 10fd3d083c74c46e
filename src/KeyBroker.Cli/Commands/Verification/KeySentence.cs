using KeyBroker.Attestation.KeyAttestations;

namespace KeyBroker.Cli.Commands.Verification;

/// <summary>What an attested key is and where it may go, in one sentence that says no more than the evidence.</summary>
internal static class KeySentence
{
    public static string Of(AttestedKey key)
    {
        var statement = key.Statement;
        var what = $"{statement.Name} version {statement.Version}: {statement.Type}";
        return statement.Protection == "tpm"
            ? $"{what}, made in the TPM and used only there, {Stays(key, "")}"
            : $"{what}, sealed by the TPM at rest, {Stays(key, "the sealed object ")}; the broker opens the key for use, {Given(statement)}";
    }

    private static string Stays(AttestedKey key, string subject) => key.FleetAuthority is { } authority
        ? $"{subject}leaves this TPM only with a policy signed by the fleet authority {authority}"
        : $"{subject}cannot leave this TPM";

    /// <summary>[KAT-6] What the broker does with a key that it has opened is its word, and no TPM's.</summary>
    private static string Given(KeyStatement statement) => statement.Exportable
        ? "and may release it to machines that a policy lets have it"
        : "and says that it does not release it";
}
