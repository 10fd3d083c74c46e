using System.Security.Cryptography;

namespace KeyBroker.Client;

/// <summary>Reads whole files, no further than what they are read for can be long.</summary>
public static class InputFile
{
    /// <summary>More than any document is long that a command or the state folder holds.</summary>
    public const int Document = 16 * Mebibyte;

    /// <summary>The most that is taken as something to sign, to close or to keep.</summary>
    public const int Content = 64 * Mebibyte;

    private const int Mebibyte = 1024 * 1024;
    private const int BufferBytes = 64 * 1024;

    /// <exception cref="IOException">It is a folder, is not there, or has no end within reach.</exception>
    public static byte[] Read(string path, int most = Document)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is a folder: name a file");
        }

        using var file = File.OpenRead(path);
        return Read(file, $"'{path}'", most);
    }

    /// <param name="source">Is read to its end.</param>
    /// <param name="what">What it is, for the refusal.</param>
    /// <param name="most">In bytes.</param>
    /// <exception cref="IOException">It is longer.</exception>
    public static byte[] Read(Stream source, string what, int most)
    {
        using var content = new MemoryStream();
        var buffer = new byte[BufferBytes];
        for (var read = source.Read(buffer); read > 0; read = source.Read(buffer))
        {
            if (content.Length + read > most)
            {
                throw new IOException($"{what} is longer than the {most / Mebibyte} MiB that are read");
            }

            content.Write(buffer, 0, read);
        }

        CryptographicOperations.ZeroMemory(buffer);
        return content.ToArray();
    }
}
