using KeyBroker.Attestation.Policies.Yaml;

namespace KeyBroker.Attestation.Policies.Loading;

/// <summary>Finds the policy files of a folder; links that lead out of it are refused, never followed.</summary>
internal sealed class PolicyDirectory
{
    private const int MaxLinks = 40;

    private readonly string _root;
    private readonly List<PolicyFile> _files = [];
    private readonly List<PolicyError> _errors = [];

    private PolicyDirectory(string root) => _root = root;

    public static PolicySet Load(string directory, IReadOnlySet<string>? verifiers)
    {
        var folder = new PolicyDirectory(RootOf(directory));
        folder.Try(folder._root, () => folder.Walk(new DirectoryInfo(folder._root)));
        return PolicyLoader.Load(folder._files, folder._errors, verifiers);
    }

    /// <summary>A folder that cannot be resolved stays as it is, and is refused when it is read.</summary>
    private static string RootOf(string directory)
    {
        try
        {
            return RealPath(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.GetFullPath(directory);
        }
    }

    private void Walk(DirectoryInfo directory)
    {
        foreach (var entry in directory.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (!entry.Name.StartsWith('.'))
            {
                Try(entry.FullName, () => Visit(entry));
            }
        }
    }

    private void Visit(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo folder)
        {
            if (folder.LinkTarget is not null)
            {
                Refuse(folder.FullName, "a linked folder is not followed");
            }
            else if (NameOf(folder.FullName) != "schema")
            {
                Walk(folder);
            }
        }
        else if (PolicyFile.IsOne(entry.Name))
        {
            Read(entry.FullName);
        }
    }

    private void Read(string path)
    {
        var real = RealPath(path);
        if (!real.StartsWith(_root.TrimEnd('/') + '/', StringComparison.Ordinal))
        {
            Refuse(path, "a link that leads out of the policy folder");
            return;
        }

        // A pipe or a device would keep the reader waiting.
        if (!FileStatus.Of(real).IsRegular)
        {
            Refuse(path, "not a regular file");
            return;
        }

        // One byte more than allowed, so that the reader sees that it is too much.
        using var stream = File.OpenRead(real);
        var buffer = new byte[Math.Min(stream.Length, YamlReader.MaxBytes) + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        _files.Add(new PolicyFile(NameOf(path), buffer.AsMemory(0, length).ToArray()));
    }

    private void Try(string path, Action visit)
    {
        try
        {
            visit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(path, $"cannot be read: {e.Message}");
        }
    }

    private void Refuse(string path, string message) => _errors.Add(new PolicyError(NameOf(path), 0, 0, message));

    private string NameOf(string path) => Path.GetRelativePath(_root, path);

    /// <summary>The path with every link on the way resolved.</summary>
    private static string RealPath(string path, int links = 0)
    {
        var real = "/";
        foreach (var segment in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, segment);
            if (new FileInfo(real).ResolveLinkTarget(returnFinalTarget: false) is { } target)
            {
                real = links < MaxLinks
                    ? RealPath(target.FullName, links + 1)
                    : throw new IOException("too many links");
            }
        }

        return real;
    }
}
