using System.Collections.Frozen;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Loading;

namespace KeyBroker.Hosting;

/// <summary>The policy directory: its valid set, and whether anything in it changed.</summary>
/// <param name="directory">The folder.</param>
/// <param name="verifiers">The names of the remote verifiers that results can be of.</param>
internal sealed class PolicyFiles(string directory, params IEnumerable<string> verifiers)
{
    /// <summary>VER-33. A policy that names another is refused, and with it the set.</summary>
    public IReadOnlySet<string> Verifiers { get; } = verifiers.ToFrozenSet(StringComparer.Ordinal);

    /// <exception cref="PolicyException">The files are not a valid set.</exception>
    public PolicySet Load() => PolicySet.Load(directory, Verifiers);

    /// <summary>Whether an edit would be seen: the folder is there and can be listed.</summary>
    public bool CanBeListed()
    {
        try
        {
            _ = new DirectoryInfo(directory).EnumerateFileSystemInfos().Any();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Changes whenever a policy file is edited, replaced or renamed, also where its size and times are kept.</summary>
    public int Fingerprint()
    {
        var hash = new HashCode();
        try
        {
            foreach (var file in Files())
            {
                hash.Add(file.FullName);
                hash.Add(FileStatus.Of(file.FullName));
            }
        }
        catch (IOException)
        {
            // A file went away while we looked: the next look differs.
        }
        catch (UnauthorizedAccessException)
        {
            hash.Add("unreadable");
        }

        return hash.ToHashCode();
    }

    // Test cases and the evidence they need lie beside the policies: who edits those changes nothing that is in force.
    private IEnumerable<FileInfo> Files() => new DirectoryInfo(directory)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => PolicyFile.IsOne(file.Name))
        .OrderBy(file => file.FullName, StringComparer.Ordinal);
}
