using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies.Explaining;

namespace KeyBroker.Attestation.Policies;

/// <summary>A boot as a file or a request states it: registers, what a log proves of them, or why that log is refused.</summary>
/// <remarks>Nobody vouches for it: for tests, explanations and what-if, never for access.</remarks>
public sealed record StatedBoot(MeasuredState State, BootEvents Events)
{
    /// <summary>Evidence with this log would be refused before any policy is asked; null where it would not.</summary>
    public Reason? Refusal { get; init; }

    public static StatedBoot Of(MeasuredState state, ReadOnlyMemory<byte>? eventLog)
    {
        if (eventLog is not { } bytes)
        {
            return new StatedBoot(state, BootEvents.Of(state));
        }

        try
        {
            var log = EventLog.Parse(bytes);
            return Of(state, bytes, log);
        }
        catch (EventLogException malformed)
        {
            return new StatedBoot(state, BootEvents.Of(state)) { Refusal = Refused($"not an event log: {malformed.Message}") };
        }
    }

    private static StatedBoot Of(MeasuredState state, ReadOnlyMemory<byte> bytes, EventLog log)
    {
        try
        {
            return new StatedBoot(state.With(bytes), BootEvents.Of(state, log));
        }
        catch (DeniedException denied)
        {
            return new StatedBoot(state, BootEvents.Of(state, log)) { Refusal = denied.Reasons[0] };
        }
    }

    private static Reason Refused(string message) => new(ReasonCodes.EventLog, message) { Path = "eventLog" };
}
