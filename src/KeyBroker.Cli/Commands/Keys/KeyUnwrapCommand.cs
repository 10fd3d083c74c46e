using System.CommandLine;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key unwrap.</summary>
internal static class KeyUnwrapCommand
{
    public static Command Create(Terminal terminal) => new KeyOpening(KeyUse.Unwrap, "key").Create(
        terminal,
        "Unwraps a key that wrap or data-key gave; prints its bytes as they were",
        "keybroker key unwrap web/records --to enc --file disk.kb --out disk.key",
        "keybroker key unwrap web/records --to enc --batch wrapped > keys.jsonl");
}
