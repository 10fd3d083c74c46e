using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using KeyBroker.Attestation.EventLogs.Uefi;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>Reads from PCR 7 who vouched for what was started, drivers and boot loaders alike.</summary>
internal static class AuthorityFacts
{
    private const int OwnerSize = 16;

    // What shim says of itself there: levels and switches, nobody who vouches.
    private static readonly string[] s_states = ["SbatLevel", "MokListTrusted", "MokSBState", "MokDBState"];

    /// <summary>Null where an event is not what was measured, as old versions of shim write: it could be of anybody.</summary>
    public static ImmutableArray<string>? Read(ReplayedRegister register)
    {
        var seen = new HashSet<(Guid, string)>();
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in register.Firmware)
        {
            // The first of a name is the policy itself; the same name again is the entry that let a driver start.
            if (UefiVariable.TryParse(entry.Data) is { } variable && !seen.Add((variable.Vendor, variable.Name)))
            {
                found.Add(IdentityOf(variable.Data.Span));
            }
        }

        foreach (var entry in register.Later)
        {
            if (!register.Measured(entry) || UefiVariable.TryParse(entry.Data) is not { } variable)
            {
                return null;
            }

            if (!s_states.Contains(variable.Name, StringComparer.Ordinal))
            {
                found.Add(IdentityOf(variable.Data.Span));
            }
        }

        return found.ToImmutable();
    }

    // EFI_SIGNATURE_DATA, whose first field is an owner; shim measures its own certificate without one.
    private static string IdentityOf(ReadOnlySpan<byte> data)
    {
        var bytes = data.Length > OwnerSize && !IsOneElement(data) ? data[OwnerSize..] : data;
        return Convert.ToHexStringLower(bytes.Length == SHA256.HashSizeInBytes ? bytes : SHA256.HashData(bytes));
    }

    private static bool IsOneElement(ReadOnlySpan<byte> data) =>
        AsnDecoder.TryReadEncodedValue(data, AsnEncodingRules.BER, out var tag, out _, out _, out var read)
        && tag == Asn1Tag.Sequence
        && read == data.Length;
}
