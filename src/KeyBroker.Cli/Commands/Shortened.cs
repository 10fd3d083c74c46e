namespace KeyBroker.Cli.Commands;

/// <summary>Digests as people compare them: the beginning, on a terminal only. Commands take a beginning too.</summary>
internal static class Shortened
{
    public const string MachinePrefix = "sha256-";

    private const int Kept = 12;

    public static string? For(Terminal terminal, string? digest)
    {
        var start = digest?.StartsWith(MachinePrefix, StringComparison.Ordinal) == true ? MachinePrefix.Length : 0;
        return terminal.OutputIsFile || digest is null || digest.Length <= start + Kept ? digest : digest[..(start + Kept)];
    }
}
