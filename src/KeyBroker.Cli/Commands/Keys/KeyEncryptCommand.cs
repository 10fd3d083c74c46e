using System.CommandLine;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key encrypt.</summary>
internal static class KeyEncryptCommand
{
    public static Command Create(Terminal terminal) => new KeyClosing(KeyUse.Encrypt, "ciphertext").Create(
        terminal,
        new KeyUseOptions("--value", "The plaintext"),
        "Encrypts up to 64 KiB; prints the ciphertext",
        "keybroker key encrypt web/records --file plan.txt --aad row-7 --out plan.kb",
        "echo -n secret | keybroker key encrypt web/records -",
        "keybroker key encrypt web/records --batch rows.jsonl > ciphertexts.jsonl");
}
