using System.Collections.Immutable;
using KeyBroker.Attestation.EventLogs.Uefi;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>Reads PCR 7: the secure boot policy before the separator, and who vouched for what was started.</summary>
internal static class SecureBootFacts
{
    public const int Pcr = 7;

    private static readonly Guid s_global = new("8be4df61-93ca-11d2-aa0d-00e098032b8c");
    private static readonly Guid s_security = new("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
    private static readonly string[] s_databases = ["PK", "KEK", "db", "dbx"];

    public static BootFacts Read(BootFacts facts, ReplayedRegister register)
    {
        if (Policy(register) is not { } variables)
        {
            return facts;
        }

        // A debugger can change whatever is verified, so that the firmware's own word for it is worth nothing.
        var state = register.Firmware.Any(IsDebugging) ? null : State(variables);
        return facts with
        {
            SecureBoot = state,
            Databases = Databases(variables),

            // Firmware that verifies nothing leaves this empty, for anybody to fill in later.
            Authorities = state == true ? AuthorityFacts.Read(register) : null,
        };
    }

    // Platform Firmware Profile, 3.3.4.8; of a register whose events are all what was measured.
    private static bool IsDebugging(LogEvent entry) => entry.Data.Span.StartsWith("UEFI Debug Mode"u8);

    // Every event of the firmware must be readable: one that is not could be the contrary of another.
    private static List<UefiVariable>? Policy(ReplayedRegister register)
    {
        var variables = new List<UefiVariable>();
        foreach (var entry in register.Firmware)
        {
            if (!register.Measured(entry))
            {
                return null;
            }

            if (UefiVariable.TryParse(entry.Data) is { } variable)
            {
                variables.Add(variable);
            }
        }

        return register.HasEnd ? variables : null;
    }

    // No byte at all is a firmware without secure boot; two measurements are no answer.
    private static bool? State(List<UefiVariable> variables) => Find(variables, s_global, "SecureBoot") switch
    {
        [{ Data.Length: 0 }] => false,
        [{ Data.Length: 1 } state] => state.Data.Span[0] switch
        {
            0 => false,
            1 => true,
            _ => null,
        },
        _ => null,
    };

    private static ImmutableSortedDictionary<string, ImmutableArray<DatabaseEntry>> Databases(List<UefiVariable> variables)
    {
        var databases = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<DatabaseEntry>>(StringComparer.Ordinal);
        foreach (var name in s_databases)
        {
            // The database comes first; its name again, still before the end, is of a driver that it let start.
            var vendor = name is "PK" or "KEK" ? s_global : s_security;
            if (Find(variables, vendor, name) is [var variable, ..] && Entries(variable) is { } entries)
            {
                databases.Add(name, entries);
            }
        }

        return databases.ToImmutable();
    }

    private static ImmutableArray<DatabaseEntry>? Entries(UefiVariable variable)
    {
        try
        {
            var signatures = UefiSignature.ParseLists(variable.Data);
            return [.. signatures.Select(signature => new DatabaseEntry(signature.Identity, signature.Owner))];
        }
        catch (EventLogException)
        {
            return null;
        }
    }

    private static List<UefiVariable> Find(List<UefiVariable> variables, Guid vendor, string name) =>
        [.. variables.Where(variable => variable.Vendor == vendor && variable.Name == name)];
}
