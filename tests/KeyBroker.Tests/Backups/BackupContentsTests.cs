using System.Formats.Tar;
using KeyBroker.Attestation;
using KeyBroker.Backups;
using KeyBroker.Backups.Restoring;
using KeyBroker.Hosting;
using Xunit;

namespace KeyBroker.Tests.Backups;

public sealed class BackupContentsTests : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("kb-contents-");
    private readonly Folder _source;
    private int _reads;

    public BackupContentsTests()
    {
        _source = Folder.Create(Path.Combine(_scratch.FullName, "source"));
        _source.Write(BackupFormat.Database, "the database"u8);
        _source.Write("policies/web.yaml", "a policy"u8);
        _source.Write(BackupFormat.Manifest, Manifest().ToBytes());
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact]
    public void Reads_a_folder_and_a_tar_alike()
    {
        Assert.Equal(2, Read(_source.Path).Manifest.Parts.Count);
        Assert.Equal(2, Read(Archive()).Manifest.Parts.Count);
    }

    [Theory]
    [InlineData(BackupFormat.Database)]
    [InlineData("policies/web.yaml")]
    public void Refuses_a_changed_and_a_missing_part(string name)
    {
        var content = File.ReadAllBytes(_source.In(name));
        content[0] ^= 1;
        File.WriteAllBytes(_source.In(name), content);
        Assert.Throws<BackupException>(() => Read(_source.Path));
        Assert.Throws<BackupException>(() => Read(Archive()));

        File.Delete(_source.In(name));
        Assert.Throws<BackupException>(() => Read(_source.Path));
        Assert.Throws<BackupException>(() => Read(Archive()));
    }

    [Fact]
    public void Refuses_every_cut_tar()
    {
        var whole = File.ReadAllBytes(Archive());
        var cut = Path.Combine(_scratch.FullName, "cut.tar");
        // The last two blocks are padding.
        for (var length = 0; length < whole.Length - 1024; length += 97)
        {
            File.WriteAllBytes(cut, whole.AsSpan(0, length));
            Assert.Throws<BackupException>(() => Read(cut));
        }
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/outside")]
    [InlineData("policies/../../outside")]
    [InlineData("policies/extra.yaml")]
    [InlineData(BackupFormat.Database)]
    public void Refuses_a_tar_entry_that_leads_out_or_is_not_promised(string name)
    {
        Assert.Throws<BackupException>(() => Read(Archive((name, TarEntryType.RegularFile))));
        Assert.False(Path.Exists(Path.Combine(_scratch.FullName, "outside")));
    }

    [Fact]
    public void Refuses_a_link_in_a_tar() =>
        Assert.Throws<BackupException>(() => Read(Archive(("policies/link", TarEntryType.SymbolicLink))));

    [Theory]
    [InlineData("../source/keybroker.db")]
    [InlineData("/etc/hostname")]
    public void Refuses_a_manifest_that_names_files_outside(string name)
    {
        var parts = Manifest().Parts.Append(new BackupPart(name, 1, "00")).ToList();
        File.WriteAllBytes(_source.In(BackupFormat.Manifest), (Manifest() with { Parts = parts }).ToBytes());
        Assert.Throws<BackupException>(() => Read(_source.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"format":"keybroker-backup/2"}""")]
    public void Refuses_what_is_no_manifest(string manifest)
    {
        File.WriteAllText(_source.In(BackupFormat.Manifest), manifest);
        Assert.Throws<BackupException>(() => Read(_source.Path));
    }

    [Fact]
    public void A_backup_with_the_tpm_is_for_root_and_the_broker_itself()
    {
        BackupRight.Check(new AdminPeer(0), holdsTpm: true);
        BackupRight.Check(new AdminPeer(Posix.UserId), holdsTpm: true);
        BackupRight.Check(new AdminPeer(Posix.UserId + 1), holdsTpm: false);

        var denied = Assert.Throws<DeniedException>(() => BackupRight.Check(new AdminPeer(Posix.UserId + 1), holdsTpm: true));
        Assert.Equal(ProblemCodes.OperationDenied, denied.Code);
    }

    private BackupContents Read(string path) =>
        BackupContents.Read(path, Folder.Create(Path.Combine(_scratch.FullName, $"read-{_reads++}")));

    private BackupManifest Manifest() => new()
    {
        Format = BackupFormat.Version,
        Id = "b1",
        CreatedAt = "2026-01-01T00:00:00.000Z",
        Broker = "1",
        Issuer = "http://127.0.0.1:8440",
        Schema = "0001",
        Home = "00",
        HoldsTpm = false,
        PolicyDigest = "",
        Counts = new Dictionary<string, long>(),
        Audit = new AuditHead(0, ""),
        Parts =
        [
            BackupPart.Of(BackupFormat.Database, _source.In(BackupFormat.Database)),
            BackupPart.Of("policies/web.yaml", _source.In("policies/web.yaml")),
        ],
    };

    private string Archive(params (string Name, TarEntryType Type)[] extra)
    {
        var path = Path.Combine(_scratch.FullName, "b.tar");
        using var file = File.Create(path);
        using var archive = new TarWriter(file);
        foreach (var name in new[] { BackupFormat.Manifest, BackupFormat.Database, "policies/web.yaml" }.Where(name => File.Exists(_source.In(name))))
        {
            archive.WriteEntry(_source.In(name), name);
        }

        foreach (var (name, type) in extra)
        {
            var entry = new PaxTarEntry(type, name);
            _ = type == TarEntryType.SymbolicLink ? entry.LinkName = "/etc/hostname" : null;
            archive.WriteEntry(entry);
        }

        return path;
    }
}
