namespace KeyBroker.Attestation.EventLogs;

/// <summary>The register that the firmware measures what it starts into, and the action that announces it.</summary>
internal static class BootImages
{
    public const int Pcr = 4;

    private static ReadOnlySpan<byte> Calling => "Calling EFI Application from Boot Option"u8;

    public static bool IsCalling(LogEvent entry) => entry.Data.Span.StartsWith(Calling);

    // Widespread firmware starts its own applications before, or announces none: worth saying, not worth a refusal.
    public static IEnumerable<LogFinding> Early(RegisterReplay register)
    {
        foreach (var entry in register.Events)
        {
            if (IsCalling(entry))
            {
                yield break;
            }

            if (entry.Type == EventType.EfiBootServicesApplication)
            {
                yield return new LogFinding(
                    LogFindingKind.ApplicationEarly,
                    Pcr,
                    $"an application (event {entry.Number}) was measured before the firmware said that it starts one");
                yield break;
            }
        }
    }
}
