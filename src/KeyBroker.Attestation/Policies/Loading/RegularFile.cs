namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>Reads a whole file beside policies that has an end: no pipe, no device, and nothing longer than a log.</summary>
internal static class RegularFile
{
    private const int Most = 16 * 1024 * 1024;

    /// <exception cref="IOException">It is something else, is not there, or is longer.</exception>
    public static byte[] Read(string path)
    {
        if (!FileStatus.Of(path).IsRegular)
        {
            throw new IOException($"'{path}' is not a regular file");
        }

        using var stream = File.OpenRead(path);
        if (stream.Length > Most)
        {
            throw new IOException($"'{path}' is longer than the {Most / 1024 / 1024} MiB that are read");
        }

        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
