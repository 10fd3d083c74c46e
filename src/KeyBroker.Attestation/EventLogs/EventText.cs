using System.Text;
using System.Text.RegularExpressions;
using KeyBroker.Attestation.EventLogs.Uefi;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>Says in words what an event of a log is about. For people: only a digest decides anything.</summary>
internal static partial class EventText
{
    private const int Longest = 120;
    private const int ShortValue = 4;

    /// <summary>The name that the specification gives the type, or its number.</summary>
    public static string TypeOf(LogEvent entry) => entry.Type switch
    {
        EventType.CrtmContents => "EV_S_CRTM_CONTENTS",
        EventType.CrtmVersion => "EV_S_CRTM_VERSION",
        EventType.PrebootCertificate => "EV_PREBOOT_CERT",
        var type when Enum.IsDefined(type) => "EV_" + WordEnd().Replace(type.ToString(), "_").ToUpperInvariant(),
        var type => $"0x{(uint)type:x8}",
    };

    /// <summary>One line of plain characters, or null where there is nothing to say.</summary>
    public static string? Of(LogEvent entry, TpmAlgorithm bank) => Plain(Describe(entry, bank));

    /// <summary>True where the digest is over what the description was made of.</summary>
    public static bool IsMeasured(LogEvent entry, TpmAlgorithm bank) =>
        EventCoverage.MeasuredWhole(entry, bank) || EventCoverage.Text(entry, bank) is not null;

    private static string? Describe(LogEvent entry, TpmAlgorithm bank) => entry.Type switch
    {
        EventType.EfiVariableDriverConfig or EventType.EfiVariableBoot or EventType.EfiVariableBoot2
            or EventType.EfiVariableAuthority => Variable(entry),
        EventType.EfiBootServicesApplication or EventType.EfiBootServicesDriver or EventType.EfiRuntimeServicesDriver =>
            LoadedImage.TryReadPath(entry.Data) ?? Size(entry),
        EventType.Separator => "end of the firmware",
        _ => EventCoverage.Text(entry, bank)?.Value ?? Text(entry.Data.Span) ?? Size(entry),
    };

    private static string Variable(LogEvent entry) => UefiVariable.TryParse(entry.Data) is not { } variable ? Size(entry)
        : variable.Data.Length <= ShortValue ? $"{variable.Name} = {Convert.ToHexStringLower(variable.Data.Span)}"
        : $"{variable.Name}, {variable.Data.Length} bytes";

    private static string Size(LogEvent entry) => $"{entry.Data.Length} bytes";

    private static string? Text(ReadOnlySpan<byte> data)
    {
        var wide = data.Length >= 2 && data.Length % 2 == 0 && data[1] == 0;
        var text = (wide ? Encoding.Unicode : Encoding.ASCII).GetString(data).TrimEnd('\0');
        return text.Length > 0 && text.All(c => c is >= ' ' and <= '~') ? text : null;
    }

    // What the sender of a log wrote may not steer a terminal or end a comment.
    private static string? Plain(string? text) => string.IsNullOrEmpty(text)
        ? null
        : string.Concat(text.Take(Longest).Select(c => c is >= ' ' and <= '~' ? c : '?')) + (text.Length > Longest ? "..." : "");

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordEnd();
}
