using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Policies.Loading;

namespace KeyBroker.Enrollments;

/// <summary>The file of the deny list, and whether it changed.</summary>
internal sealed class DenyListFile(string path)
{
    private const int LongestFile = 16 << 20;

    /// <summary>True for what a bad edit causes, and for a file that is gone.</summary>
    public static bool IsBad(Exception failure) => failure is FormatException or IOException or UnauthorizedAccessException;

    /// <exception cref="FormatException">A line is none of the form.</exception>
    /// <exception cref="IOException">The file is not there, not a file, or too long.</exception>
    public EndorsementDenyList Load()
    {
        // A pipe or a device would keep the reader waiting.
        if (!FileStatus.Of(path).IsRegular || new FileInfo(path).Length > LongestFile)
        {
            throw new IOException($"not a regular file of at most {LongestFile} bytes");
        }

        return EndorsementDenyList.Parse(File.ReadAllText(path));
    }

    /// <summary>Changes whenever the file is edited or replaced, also where its size and times are kept.</summary>
    public int Fingerprint()
    {
        try
        {
            return FileStatus.Of(path).GetHashCode();
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
