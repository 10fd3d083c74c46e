using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Explaining;
using KeyBroker.Attestation.Policies.Recording;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Policies;

/// <summary>[CLI-20] A baseline is written so that the loader reads back what was recorded.</summary>
public sealed class RecordingTests
{
    private static readonly MeasuredState s_state = State(BootLog.Honest());
    private static readonly BootEvents s_events = BootEvents.Of(s_state, EventLog.Parse(BootLog.Honest().ToBytes()));

    [Fact]
    public void Reads_back_as_it_was_recorded()
    {
        var recording = new BaselineRecording(s_state, s_events)
        {
            Name = "fleet/1.0",
            Description = "a \"quoted\" one # with\nlines",
            Pcrs = [7, 0, 4],
            ValidUntil = PolicyText.Now.AddDays(1),
        };

        var baseline = Assert.Single(PolicyText.Load(recording.Write()).Baselines);

        Assert.Equal("fleet/1.0", baseline.Name);
        Assert.Equal("a \"quoted\" one # with\nlines", baseline.Description);
        Assert.Equal([0, 4, 7], baseline.Pcrs.Keys);
        Assert.Equal([0, 4, 7], baseline.Events.Keys);
        Assert.Equal(PolicyText.Now.AddDays(1), baseline.ValidUntil);
        Assert.All(baseline.Pcrs, register => Assert.Equal(s_state.Find(TpmAlgorithm.Sha256, register.Key), register.Value.ToArray()));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Keeps_the_locality_that_PCR_0_began_with(byte locality)
    {
        var boot = BootLog.Honest();
        boot.Events.Insert(0, new LoggedEvent(0, BootLog.NoAction, [.. "StartupLocality\0"u8, locality]));
        var state = Started(boot, locality);

        var text = new BaselineRecording(state, BootEvents.Of(state, EventLog.Parse(boot.ToBytes()))) { Name = "b", Pcrs = [0] }.Write();

        Assert.Contains($"startupLocality: {locality}", text, StringComparison.Ordinal);
        Assert.Single(PolicyText.Load(text).Baselines.Single().Events);
        Assert.NotEmpty(PolicyText.Errors(text.Replace($"startupLocality: {locality}", "startupLocality: 0", StringComparison.Ordinal)));
    }

    [Fact]
    public void Records_registers_alone_where_no_log_explains_them()
    {
        var recording = new BaselineRecording(s_state, BootEvents.Of(s_state)) { Name = "b", Pcrs = [0] };

        Assert.Empty(PolicyText.Load(recording.Write()).Baselines.Single().Events);
        Assert.Equal((0, "there is no event log"), Assert.Single(recording.WithoutEvents));
    }

    [Fact]
    public void Refuses_a_register_that_was_never_extended_unless_it_is_meant()
    {
        var refused = Assert.Throws<FormatException>(() => new BaselineRecording(s_state, s_events) { Name = "b", Pcrs = [11] }.Write());
        Assert.Contains("PCR 11 was never extended", refused.Message, StringComparison.Ordinal);

        var meant = new BaselineRecording(s_state, s_events) { Name = "b", Pcrs = [11], AcceptsUnextended = true }.Write();
        Assert.Single(PolicyText.Load(meant).Baselines);
    }

    [Fact]
    public void Refuses_what_would_be_no_baseline()
    {
        Assert.Throws<PolicyException>(() => new BaselineRecording(s_state, s_events) { Name = "No Name", Pcrs = [0] }.Write());
        Assert.Throws<PolicyException>(() => new BaselineRecording(s_state, s_events) { Name = "b", Pcrs = [16], AcceptsUnextended = true }.Write());
    }

    /// <summary>[POL-30] Events that do not add up to the value would explain another boot.</summary>
    [Theory]
    [InlineData("events: { 7: [] }", "empty list")]
    [InlineData("events: { 7: [ \"ab\" ] }", "64 lower-case hex digits")]
    [InlineData("events: { 7: [ \"{A}\" ] }", "do not add up")]
    [InlineData("events: { 4: [ \"{A}\" ] }", "none of the registers")]
    [InlineData("events: { x: [ \"{A}\" ] }", "none of the registers")]
    [InlineData("events: [ \"{A}\" ]", "this is a map")]
    [InlineData("startupLocality: 1", "locality 0, 3 or 4")]
    public void A_baseline_with_events_that_explain_nothing_is_refused(string member, string message)
    {
        var text = PolicyText.Baseline("b", $"7: \"{PolicyText.B}\"", member.Replace("{A}", PolicyText.A, StringComparison.Ordinal) + ",");
        Assert.Contains(PolicyText.Errors(text), error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    private static MeasuredState Started(BootLog boot, byte locality)
    {
        var value = new byte[32];
        value[^1] = locality;
        foreach (var entry in boot.Events.Where(entry => entry is { Extends: true, Pcr: 0 }))
        {
            value = System.Security.Cryptography.SHA256.HashData(
                [.. value, .. System.Security.Cryptography.SHA256.HashData(entry.Measured ?? entry.Data)]);
        }

        return MeasuredState.DangerousFromValues(new Dictionary<(TpmAlgorithm, int), byte[]> { [(TpmAlgorithm.Sha256, 0)] = value });
    }

    private static MeasuredState State(BootLog boot) => MeasuredState.DangerousFromValues(
        boot.Registers().ToDictionary(register => (TpmAlgorithm.Sha256, register.Key), register => register.Value));
}
