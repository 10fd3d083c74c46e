using System.Security.Cryptography;
using KeyBroker.Attestation.Policies;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>[EVT-1] to [EVT-8]: what assertions on a boot accept, and what they say where they do not.</summary>
public sealed class EventDecisionTests
{
    private static readonly string s_certificate = Hex(BootLog.Certificate);
    private static readonly string s_shim = Hex(BootLog.Shim);
    private static readonly string s_grub = Hex(BootLog.Grub);
    private static readonly string s_kernel = Hex(BootLog.Kernel);
    private static readonly string s_revoked = Convert.ToHexStringLower(BootLog.RevokedImage);
    private static readonly string s_loaders = $"bootLoader: {{ sha256: {{ anyOf: [ \"{s_shim}\", \"{s_grub}\" ] }} }}";

    public static TheoryData<string> Holding =>
    [
        "{ secureBoot: enabled }",
        $"{{ authorities: {{ anyOf: [ {{ value: \"{s_certificate}\", label: ours }} ] }} }}",
        $"{{ {s_loaders} }}",
        $"{{ kernel: {{ sha256: {{ anyOf: [ \"{s_grub}\", \"{s_kernel}\" ] }} }} }}",
        $"{{ {s_loaders} }}, {{ kernel: {{ sha256: {{ anyOf: [ \"{s_kernel}\" ] }} }} }}",
        "{ commandLine: { contains: [\"rd.shell=0\", \"ro\"], forbids: [\"init\", \"rd.shell=1\", \"systemd.unit=\"] } }",
        $"{{ dbx: {{ contains: [ \"{s_revoked}\" ] }} }}",
        $"{{ db: {{ contains: [ \"{s_certificate}\" ] }} }}",
        $"{{ pcr: {{ index: 9, onlyEvents: [ \"{s_kernel}\", \"{PolicyText.A}\" ] }} }}",
        "{ firmwareVersion: { anyOf: [\"1.26\", \"1.27\"] } }",
    ];

    public static TheoryData<string, string> Failing => new()
    {
        { "{ secureBoot: disabled }", "secureBoot: enabled" },
        { $"{{ authorities: {{ anyOf: [ \"{PolicyText.A}\" ] }} }}", "another vouched" },
        { $"{{ bootLoader: {{ sha256: {{ anyOf: [ \"{s_grub}\" ] }} }} }}", "bootLoader: another" },
        { $"{{ kernel: {{ sha256: {{ anyOf: [ \"{s_kernel}\" ] }} }} }}", "kernel: another" },
        { $"{{ {s_loaders} }}, {{ kernel: {{ sha256: {{ anyOf: [ \"{PolicyText.A}\" ] }} }} }}", "kernel: another" },
        { "{ commandLine: { contains: [\"rd.shell\"] } }", "'rd.shell' is missing" },
        { "{ commandLine: { forbids: [\"rd.shell\"] } }", "'rd.shell' is forbidden" },
        { "{ commandLine: { forbids: [\"root=\"] } }", "'root=' is forbidden" },
        { $"{{ dbx: {{ contains: [ {{ value: \"{PolicyText.A}\", label: BlackLotus }} ] }} }}", "lacks BlackLotus" },
        { $"{{ pcr: {{ index: 9, onlyEvents: [ \"{PolicyText.A}\" ] }} }}", "extension 1 of PCR 9" },
        { $"{{ pcr: {{ index: 11, onlyEvents: [ \"{PolicyText.A}\" ] }} }}", "not proven" },
        { "{ firmwareVersion: { anyOf: [\"1.2\"] } }", "firmwareVersion: another" },
    };

    [Theory, MemberData(nameof(Holding))]
    public void Holds_for_a_boot_that_did_this(string assertions) => Assert.True(Decide(assertions, BootLog.Honest()).IsAllowed);

    [Theory, MemberData(nameof(Failing))]
    public void Says_what_the_boot_did_instead(string assertions, string message)
    {
        var decision = Decide(assertions, BootLog.Honest());

        Assert.False(decision.IsAllowed);
        Assert.All(decision.Reasons, reason => Assert.Equal((ReasonCodes.PolicyEvent, "web-tier"), (reason.Code, reason.Policy)));
        Assert.Contains(decision.Reasons, reason => reason.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Holding))]
    public void Holds_for_nothing_without_a_log(string assertions) =>
        Assert.False(Policy(assertions).Decide(PolicyText.Web, State(BootLog.Honest()), PolicyText.Now).IsAllowed);

    [Theory, MemberData(nameof(Holding))]
    public void Says_the_same_of_a_state_that_was_stored(string assertions)
    {
        var state = MeasuredState.DangerousFromStored(State(BootLog.Honest()).With(BootLog.Honest().ToBytes()).ToJson());

        Assert.True(Policy(assertions).Decide(PolicyText.Web, state, PolicyText.Now).IsAllowed);
    }

    // Whoever has the machine after its boot can extend registers and write it into the log.
    [Theory, MemberData(nameof(Holding))]
    public void Is_never_gained_by_adding_to_a_bad_boot(string assertions)
    {
        var bad = new BootLog();
        bad.Add(0, BootLog.CrtmVersion, "bad"u8.ToArray()).Add(7, BootLog.VariableConfig, [1]).Separators().Image("evil"u8.ToArray())
            .Text("kernel_cmdline: /evil init=/bin/sh").Add(9, BootLog.Ipl, "/evil"u8.ToArray());
        bad.Events.AddRange(BootLog.Honest().Events.Where(entry => entry.Type != BootLog.Separator));

        // PCR 0 behind its end is no honest log at all; the others are, and hold nothing.
        bad.Events.RemoveAll(entry => entry.Pcr == 0 && entry.Data.Length > 4);
        Assert.False(Decide(assertions, bad).IsAllowed);
    }

    // Firmware without secure boot says of nobody that he vouched, so that the first who says so is whoever came later.
    [Fact]
    public void Is_not_told_after_a_boot_without_secure_boot_who_vouched()
    {
        var bad = BootLog.Honest(secureBoot: 0);
        bad.Events.RemoveAll(entry => entry.Type == BootLog.Authority);
        bad.Events.Add(BootLog.Honest().Events[BootLog.Honest().IndexOf(7, BootLog.Authority)]);

        Assert.False(Decide($"{{ authorities: {{ anyOf: [ \"{s_certificate}\" ] }} }}", bad).IsAllowed);
    }

    [Theory]
    [InlineData("/vmlinuz ro rd.shell=0 \"init=/bin/sh\"")]
    [InlineData("/vmlinuz ro rd.shell=0 in\"it=/bin/sh\"")]
    [InlineData("/vmlinuz ro rd.shell=0\tinit=/bin/sh")]
    [InlineData("/vmlinuz ro rd.shell=0 x\u0120init=/bin/sh")]
    [InlineData("/vmlinuz ro -- rd.shell=0")]
    public void Reads_a_command_line_as_the_kernel_does(string commandLine)
    {
        var boot = BootLog.Honest();
        boot.Events.RemoveAll(entry => entry.Pcr == 8);
        boot.Text("kernel_cmdline: " + commandLine);

        Assert.False(Decide("{ commandLine: { contains: [\"rd.shell=0\"], forbids: [\"init\"] } }", boot).IsAllowed);
    }

    [Fact]
    public void Warns_of_a_kernel_that_any_loader_could_have_measured() =>
        Assert.Contains(
            Policy($"{{ kernel: {{ sha256: {{ anyOf: [ \"{s_kernel}\" ] }} }} }}").Warnings,
            warning => warning.Message.Contains("bootLoader", StringComparison.Ordinal));

    [Fact]
    public void Warns_of_a_command_line_that_a_kernel_need_not_have_from_a_loader()
    {
        const string Line = "{ secureBoot: enabled }, { commandLine: { forbids: [init] } }";

        Assert.Contains(Policy(Line).Warnings, warning => warning.Message.Contains("bootLoader", StringComparison.Ordinal));
        Assert.Empty(Policy($"{Line}, {{ {s_loaders} }}").Warnings);
    }

    private static Decision Decide(string assertions, BootLog boot) =>
        Policy(assertions).Decide(PolicyText.Web, State(boot).With(boot.ToBytes()), PolicyText.Now);

    private static PolicySet Policy(string assertions) => PolicyText.Load($$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: web-tier }
        spec:
          machines: { labels: { role: web } }
          eventLog: { require: [ {{assertions}} ] }
          grants: [ { keys: ["web/*"], allow: [sign] } ]
        """);

    private static MeasuredState State(BootLog boot) => MeasuredState.DangerousFromValues(
        boot.Registers().ToDictionary(register => (TpmAlgorithm.Sha256, register.Key), register => register.Value));

    private static string Hex(byte[] measured) => Convert.ToHexStringLower(SHA256.HashData(measured));
}
