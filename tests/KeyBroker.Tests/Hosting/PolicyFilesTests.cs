using KeyBroker.Hosting;
using Xunit;

namespace KeyBroker.Tests.Hosting;

/// <summary>Whether an edit of the policy directory is seen.</summary>
public sealed class PolicyFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-policies-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void An_edit_that_keeps_size_and_time_is_seen()
    {
        var file = Path.Combine(_folder.FullName, "a.yaml");
        File.WriteAllText(file, "one");
        var (time, before) = (File.GetLastWriteTimeUtc(file), new PolicyFiles(_folder.FullName).Fingerprint());

        File.WriteAllText(file, "two");
        File.SetLastWriteTimeUtc(file, time);

        Assert.NotEqual(before, new PolicyFiles(_folder.FullName).Fingerprint());
    }

    [Fact]
    public void Without_an_edit_nothing_is_seen()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "a.yaml"), "one");
        var files = new PolicyFiles(_folder.FullName);
        Assert.Equal(files.Fingerprint(), files.Fingerprint());
    }
}
