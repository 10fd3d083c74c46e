using System.Collections.Immutable;

namespace KeyBroker.Attestation.Certificates;

/// <summary>Reads a deny list: a line each, words between blanks, <c>#</c> begins a comment.</summary>
internal sealed class DenyListReader
{
    private const string IdPrefix = "sha256-";
    private const int DigestLength = 64;

    private readonly ImmutableHashSet<string>.Builder _machines = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
    private readonly ImmutableHashSet<(string, string)>.Builder _certificates = ImmutableHashSet.CreateBuilder<(string, string)>();
    private readonly ImmutableArray<DeniedFirmware>.Builder _firmware = ImmutableArray.CreateBuilder<DeniedFirmware>();

    public static EndorsementDenyList Read(string text)
    {
        var reader = new DenyListReader();
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && !reader.Add(words))
            {
                throw new FormatException(
                    $"line {number + 1}: 'machine sha256-HEX', 'certificate ISSUER-SHA256 SERIAL' or 'firmware MANUFACTURER [VERSION]' is expected");
            }
        }

        return new EndorsementDenyList
        {
            Machines = reader._machines.ToImmutable(),
            Certificates = reader._certificates.ToImmutable(),
            Firmware = reader._firmware.ToImmutable(),
        };
    }

    private bool Add(string[] words) => words switch
    {
        ["machine", var id] => AddMachine(id),
        ["certificate", var issuer, var serial] => AddCertificate(issuer.ToLowerInvariant(), EndorsementDenyList.SerialOf(serial)),
        ["firmware", var manufacturer] => AddFirmware(manufacturer, null),
        ["firmware", var manufacturer, var version] => AddFirmware(manufacturer, version),
        _ => false,
    };

    // A slip of the pen in an id would let in what it should keep out.
    private bool AddMachine(string id)
    {
        _machines.Add(id);
        return id.StartsWith(IdPrefix, StringComparison.Ordinal) && id.Length == IdPrefix.Length + DigestLength
            && id[IdPrefix.Length..].All(char.IsAsciiHexDigitLower);
    }

    private bool AddCertificate(string issuer, string serial)
    {
        _certificates.Add((issuer, serial));
        return issuer.Length == DigestLength && IsHex(issuer) && serial.Length > 0 && IsHex(serial);
    }

    private bool AddFirmware(string manufacturer, string? version)
    {
        _firmware.Add(new DeniedFirmware(manufacturer, version));
        return IsId(manufacturer) && (version is null || IsId(version));
    }

    private static bool IsId(string text) => text.StartsWith("id:", StringComparison.OrdinalIgnoreCase) && text.Length > 3 && IsHex(text[3..]);

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigit);
}
