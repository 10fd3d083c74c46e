using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;

namespace KeyBroker.Receipts;

/// <summary>
/// The trustworthiness vector of AR4SI (draft-ietf-rats-ar4si, 2.3): a claim only where one of the broker's checks said it. The
/// table is in specs/tokens.md, 1.2.
/// </summary>
internal sealed record TrustVector
{
    public const string Affirming = "affirming";
    public const string Contraindicated = "contraindicated";

    private const int NoClaim = 0;
    private const int Approved = 2;
    private const int ApprovedBoot = 3;
    private const int UnrecognizedCode = 33;

    // TCG PC Client Platform Firmware Profile, 3.3.4: code of the firmware, of its drivers, of the boot manager and loader.
    private static readonly int[] s_bootCode = [0, 2, 4];

    // Kernel and initrd as the boot loader measures them, or the parts of a unified kernel image.
    private static readonly int[] s_kernel = [9, 11];

    // The firmware's own settings, and the keys and state of Secure Boot.
    private static readonly int[] s_configuration = [1, 7];

    private TrustVector(int hardware, int executables, int configuration) =>
        (Hardware, Executables, Configuration) = (hardware, executables, configuration);

    public int Hardware { get; }

    public int Executables { get; }

    public int Configuration { get; }

    /// <summary>What the quote of an active machine and its enforced policies come to.</summary>
    /// <param name="isGenuine">A trusted maker certified the TPM.</param>
    /// <param name="decision">What the policies say of the machine's state.</param>
    public static TrustVector Of(bool isGenuine, Decision decision)
    {
        var enforced = decision.Outcomes.Where(outcome => outcome.Mode == PolicyMode.Enforce).ToArray();
        var known = enforced.Where(outcome => outcome.Holds).SelectMany(outcome => outcome.Registers).ToHashSet();
        return new TrustVector(
            isGenuine ? Approved : NoClaim,
            s_bootCode.All(known.Contains) && s_kernel.Any(known.Contains) ? ApprovedBoot
                : known.Count == 0 && enforced.Any(IsOfUnknownCode) ? UnrecognizedCode : NoClaim,
            s_configuration.All(known.Contains) ? Approved : NoClaim);
    }

    public JsonObject ToJson() => new()
    {
        ["instance-identity"] = Approved, // No quote gets here but that of an active machine's own key.
        ["configuration"] = Configuration,
        ["executables"] = Executables,
        ["file-system"] = NoClaim,
        ["hardware"] = Hardware,
        ["runtime-opaque"] = NoClaim,
        ["storage-opaque"] = NoClaim,
        ["sourced-data"] = NoClaim,
    };

    // A register that was not quoted says nothing about what ran.
    private static bool IsOfUnknownCode(PolicyOutcome outcome) => outcome.Reasons.Any(reason =>
        reason is { Pcr: { } register, Actual: not null } && (s_bootCode.Contains(register) || s_kernel.Contains(register)));
}
