using System.Buffers.Binary;
using KeyBroker.Attestation.EventLogs.Uefi;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>Finds events whose data was changed after it was measured, among the types whose digest is over their data.</summary>
internal static class MeasuredData
{
    // What the Linux EFI stub measures is not in its events.
    private const uint LinuxInitrd = 0x8F3B_22EC;
    private const uint LinuxLoadOptions = 0x8F3B_22ED;

    public static bool IsAltered(EventLog log, LogEvent entry, TpmAlgorithm bank) =>
        entry.Find(bank) is not null && IsOverItsData(log, entry) && !IsMeasured(entry, bank);

    private static bool IsOverItsData(EventLog log, LogEvent entry) => entry.Type switch
    {
        EventType.EfiVariableDriverConfig or EventType.EfiVariableBoot or EventType.EfiVariableBoot2 => true,
        EventType.EfiAction or EventType.EfiGptEvent => true,

        // Before there were several banks, and where the processor measures its own module, the digest is of something else.
        EventType.CrtmVersion =>
            log.Format == LogFormat.CryptoAgile && log.StartupLocality != StartupLocality.ProcessorMeasured,
        EventType.Separator => entry.Data.Length == 4 && (IsAll(entry, 0) || IsAll(entry, 0xFF)),
        EventType.EventTag => TagOf(entry) is not (null or LinuxInitrd or LinuxLoadOptions),
        EventType.Ipl => HasCommandLabel(entry.Data.Span),
        _ => false,
    };

    private static bool IsMeasured(LogEvent entry, TpmAlgorithm bank) => entry.Type switch
    {
        EventType.Ipl => EventCoverage.Text(entry, bank) is not null,
        EventType.EfiVariableBoot => EventCoverage.MeasuredWhole(entry, bank)
            || (UefiVariable.TryParse(entry.Data) is { } variable && EventCoverage.Measured(entry, bank, variable.Data.Span)),
        _ => EventCoverage.MeasuredWhole(entry, bank),
    };

    private static bool IsAll(LogEvent entry, byte value) => !entry.Data.Span.ContainsAnyExcept(value);

    private static uint? TagOf(LogEvent entry) =>
        entry.Data.Length >= 8 ? BinaryPrimitives.ReadUInt32LittleEndian(entry.Data.Span) : null;

    private static bool HasCommandLabel(ReadOnlySpan<byte> data) =>
        data.StartsWith("grub_cmd"u8) || data.StartsWith("kernel_cmdline"u8) || data.StartsWith("grub_kernel_cmdline"u8);
}
