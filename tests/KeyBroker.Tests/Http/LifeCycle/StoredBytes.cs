using System.Diagnostics;

namespace KeyBroker.Tests.Http.LifeCycle;

/// <summary>What is in the files of a database, whatever SQLite says is in it.</summary>
internal static class StoredBytes
{
    /// <summary>Whether a piece of 16 bytes of any of them is in a file, which another process reads: SQLite's locks are this one's.</summary>
    public static bool AreFound(string database, IEnumerable<byte[]> secrets)
    {
        var files = new[] { "", "-wal", "-shm" }.Select(end => database + end).Where(File.Exists)
            .Select(file => Convert.ToHexStringLower(Copied(file))).ToList();
        return secrets.SelectMany(secret => secret.Chunk(16).Where(piece => piece.Length == 16 && piece.Distinct().Count() > 4))
            .Select(Convert.ToHexStringLower).Any(piece => files.Exists(file => file.Contains(piece, StringComparison.Ordinal)));
    }

    private static byte[] Copied(string file)
    {
        using var copy = Process.Start(new ProcessStartInfo("cat", [file]) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        copy.StandardOutput.BaseStream.CopyTo(bytes);
        copy.WaitForExit();
        return bytes.ToArray();
    }
}
