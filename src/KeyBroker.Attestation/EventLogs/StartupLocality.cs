namespace KeyBroker.Attestation.EventLogs;

/// <summary>
/// The locality that started the TPM, which PCR 0 begins with (Platform Firmware Profile, 10.4.5.3): 0, or 3 after a
/// launch that the processor measured, or 4 after a hardware root of trust measured itself.
/// </summary>
internal static class StartupLocality
{
    public const byte ProcessorMeasured = 3;

    public const byte HardwareMeasured = 4;

    private static ReadOnlySpan<byte> Signature => "StartupLocality\0"u8;

    public static bool IsEvent(LogEvent entry) => !entry.Extends && entry.Data.Span.StartsWith(Signature);

    public static bool IsWellFormed(LogEvent entry) => entry.Data.Length == Signature.Length + 1
        && entry is { Pcr: 0 } && entry.Data.Span[^1] is 0 or ProcessorMeasured or HardwareMeasured;

    public static byte Of(IReadOnlyList<LogEvent> events)
    {
        foreach (var entry in events)
        {
            if (IsEvent(entry) && entry.Data.Length > Signature.Length)
            {
                return entry.Data.Span[Signature.Length];
            }

            // The event comes before whatever it is about; a later one says nothing.
            if (entry is { Extends: true, Pcr: 0, Type: not EventType.EfiHcrtmEvent })
            {
                return 0;
            }

            if (entry is { Extends: true, Pcr: 0 })
            {
                return HardwareMeasured;
            }
        }

        return 0;
    }
}
