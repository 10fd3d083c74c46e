using System.Security.Cryptography;

namespace KeyBroker.Backups;

/// <summary>One file of a backup: its name, its size and its SHA-256, hex.</summary>
internal sealed record BackupPart(string Name, long Size, string Sha256)
{
    public static BackupPart Of(string name, string path)
    {
        using var content = File.OpenRead(path);
        return new BackupPart(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }
}
