using System.CommandLine;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key decrypt.</summary>
internal static class KeyDecryptCommand
{
    public static Command Create(Terminal terminal) => new KeyOpening(KeyUse.Decrypt, "plaintext").Create(
        terminal,
        "Decrypts; prints the plaintext as it was",
        "keybroker key decrypt web/records --file plan.kb --aad row-7",
        "keybroker key decrypt web/records --to enc --file plan.kb --aad row-7 --out plan.txt",
        "keybroker key decrypt web/records --to enc --batch ciphertexts > rows.jsonl");
}
