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

    /// <summary>[TRY-2] What tries the policies lies beside them and disturbs no broker.</summary>
    [Fact]
    public void An_edit_of_test_cases_and_their_evidence_is_not_seen()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "a.test.yaml"), "one");
        var before = new PolicyFiles(_folder.FullName).Fingerprint();

        File.WriteAllText(Path.Combine(_folder.FullName, "a.test.yaml"), "two");
        File.WriteAllText(Path.Combine(_folder.FullName, "boot.bin"), "log");

        Assert.Equal(before, new PolicyFiles(_folder.FullName).Fingerprint());
        Assert.Empty(new PolicyFiles(_folder.FullName).Load().Policies);
    }

    [Fact]
    public void Without_an_edit_nothing_is_seen()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "a.yaml"), "one");
        var files = new PolicyFiles(_folder.FullName);
        Assert.Equal(files.Fingerprint(), files.Fingerprint());
    }
}
