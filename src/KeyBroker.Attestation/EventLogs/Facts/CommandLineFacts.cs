namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>
/// Reads the command line from PCR 8 (GRUB, old systemd-boot) and PCR 12 (systemd-stub). The labels are not measured, so
/// every measured text that could be one counts, and a policy asks all of them.
/// </summary>
internal static class CommandLineFacts
{
    public const int LoaderPcr = 8;
    public const int StubPcr = 12;

    /// <summary>No facts where either register holds an event whose text is not what was measured.</summary>
    public static BootFacts Read(BootFacts facts, ReplayedRegister? loader, ReplayedRegister? stub)
    {
        var (fromLoader, fromStub) = (Texts(loader), Texts(stub));
        return fromLoader is null || fromStub is null ? facts : facts with
        {
            CommandLines = [.. fromLoader.Select(GrubCommands.CommandLineOf).OfType<string>(), .. fromStub],
        };
    }

    private static List<string>? Texts(ReplayedRegister? register)
    {
        var texts = new List<string>();
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
