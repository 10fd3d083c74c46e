using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.EventLogs.Uefi;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>Reads what the firmware says of itself (PCR 0), its boot variables (PCR 1), and that it was left (PCR 5).</summary>
internal static class FirmwareFacts
{
    public const int VersionPcr = 0;
    public const int VariablesPcr = 1;
    public const int LeavingPcr = 5;

    // Names are the log's own: what is kept of them has an end, far behind that of any machine.
    private const int MostVariables = 512;
    private const int LongestName = 64;

    private const string Leaving = "Exit Boot Services Invocation";
    private const string Left = "Exit Boot Services Returned with Success";

    public static BootFacts ReadVersion(BootFacts facts, ReplayedRegister register)
    {
        var version = register.Firmware.FirstOrDefault(entry => entry.Type == EventType.CrtmVersion);
        return register.HasEnd && version is not null && register.Measured(version)
            ? facts with { FirmwareVersion = TextOf(version.Data.Span) }
            : facts;
    }

    // Firmware that measures the value alone leaves the name to be told.
    public static BootFacts ReadVariables(BootFacts facts, ReplayedRegister register)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in register.Events.Where(register.Measured))
        {
            if (UefiVariable.TryParse(entry.Data) is { Name.Length: <= LongestName } variable)
            {
                found[variable.Name] = Convert.ToHexStringLower(SHA256.HashData(variable.Data.Span));
            }
        }

        return found.Count <= MostVariables ? facts with { BootVariables = found.ToImmutable() } : facts;
    }

    public static BootFacts ReadLeaving(BootFacts facts, ReplayedRegister register)
    {
        var actions = register.Events.Where(register.Measured).Select(entry => Encoding.ASCII.GetString(entry.Data.Span)).ToList();
        return facts with
        {
            LeftBootServices = actions.Count(action => action == Leaving) == 1 && actions.Count(action => action == Left) == 1,
        };
    }

    // A version is UTF-16 text or, on many machines, a GUID or bytes of the maker's own.
    private static string TextOf(ReadOnlySpan<byte> data)
    {
        var text = data.Length % 2 == 0 ? Encoding.Unicode.GetString(data).TrimEnd('\0') : "";
        return text.Length > 0 && text.All(c => c is >= ' ' and <= '~') ? text : Convert.ToHexStringLower(data);
    }
}
