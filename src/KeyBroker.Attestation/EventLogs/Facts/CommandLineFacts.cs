using System.Collections.Immutable;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>
/// Reads the command line from PCR 8 (GRUB, old systemd-boot) and PCR 12 (systemd-stub). The labels are not measured, so
/// every measured text that could be one counts, and a policy asks all of them.
/// </summary>
internal static class CommandLineFacts
{
    public const int LoaderPcr = 8;
    public const int StubPcr = 12;

    // A kernel takes a few thousand characters. What a log proves is kept for as long as its attestation.
    private const int MostCharacters = 64 * 1024;

    /// <summary>No facts where either register holds an event whose text is not what was measured.</summary>
    public static BootFacts Read(BootFacts facts, ReplayedRegister? loader, ReplayedRegister? stub)
    {
        if (Texts(loader) is not { } fromLoader || Texts(stub) is not { } fromStub)
        {
            return facts;
        }

        // A command line may well begin with a word that is a command to GRUB; only GRUB's own texts are asked.
        var lines = fromLoader.Select(text => text.IsWide ? text.Value : GrubCommands.CommandLineOf(text.Value))
            .OfType<string>()
            .Concat(fromStub.Select(text => text.Value))
            .ToImmutableArray();
        return lines.Sum(line => line.Length) <= MostCharacters ? facts with { CommandLines = lines } : facts;
    }

    private static List<MeasuredText>? Texts(ReplayedRegister? register)
    {
        var texts = new List<MeasuredText>();
        foreach (var entry in register?.Events ?? [])
        {
            if (Separators.In(register!.Bank).IsNormal(entry))
            {
                continue;
            }

            if (register.TextOf(entry) is not { } text)
            {
                return null;
            }

            texts.Add(text);
        }

        return texts;
    }
}
