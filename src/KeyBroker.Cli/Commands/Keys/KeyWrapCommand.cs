using System.CommandLine;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key wrap.</summary>
internal static class KeyWrapCommand
{
    public static Command Create(Terminal terminal) => new KeyClosing(KeyUse.Wrap, "wrapped").Create(
        terminal,
        new KeyUseOptions("--value", "The key"),
        "Wraps a key, so that unwrap opens it and decrypt does not; prints it wrapped",
        "keybroker key wrap web/records --file disk.key --out disk.kb",
        "openssl rand 32 | keybroker key wrap web/records -");
}
