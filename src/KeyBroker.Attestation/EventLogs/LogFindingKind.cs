namespace KeyBroker.Attestation.EventLogs;

/// <summary>The rules of order and content that a log may break although it can be read and replayed.</summary>
public enum LogFindingKind
{
    /// <summary>A firmware register has no end: what the system measured later looks like firmware.</summary>
    SeparatorMissing = 1,

    /// <summary>A firmware register ends more than once.</summary>
    SeparatorRepeated = 2,

    /// <summary>A firmware register ends more than once, and calls one of its ends something else.</summary>
    SeparatorDisguised = 9,

    /// <summary>Firmware measured that it failed.</summary>
    SeparatorError = 3,

    /// <summary>A register of the platform's own code ends before anything of it was measured.</summary>
    SeparatorEarly = 4,

    /// <summary>A header, or the event that says how PCR 0 began, is not where it belongs or comes twice.</summary>
    HeaderMisplaced = 5,

    /// <summary>An event has no digest of a bank that the log declares.</summary>
    DigestMissing = 6,

    /// <summary>The data of an event is not what was measured.</summary>
    DataAltered = 7,

    /// <summary>An application was measured before the firmware said that it starts one.</summary>
    ApplicationEarly = 8,
}
