using KeyBroker.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KeyBroker.Tests.Configuration;

/// <summary>Clients that are described wrongly stop the start, with the setting to correct.</summary>
public sealed class ClientSettingsTests : IDisposable
{
    private const string Digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kb-clients-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_digest_and_a_file_with_the_secret_are_as_good()
    {
        var secret = "0123456789012345678901";
        var path = Path.Combine(_folder.FullName, "secret");
        File.WriteAllText(path, secret + "\n");
        var clients = Read(("a:SecretSha256", Digest), ("a:Allow", "introspect"), ("b:SecretFile", path), ("b:Allow", "appraise, introspect"), ("b:PerSecond", "7"));

        Assert.Equal(Convert.FromHexString(Digest), clients["a"].SecretDigest);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret)), clients["b"].SecretDigest);
        Assert.Equal((100, 7), (clients["a"].PerSecond, clients["b"].PerSecond));
        Assert.Equal((1, 2), (clients["a"].Allowed.Count, clients["b"].Allowed.Count));
    }

    [Theory]
    [InlineData("SecretSha256", "a:Allow", "introspect")]
    [InlineData("SecretSha256", "a:SecretSha256", "00", "a:Allow", "introspect")]
    [InlineData("SecretSha256", "a:SecretSha256", Digest, "a:SecretFile", "/x", "a:Allow", "introspect")]
    [InlineData("Allow", "a:SecretSha256", Digest)]
    [InlineData("Allow", "a:SecretSha256", Digest, "a:Allow", "everything")]
    [InlineData("PerSecond", "a:SecretSha256", Digest, "a:Allow", "introspect", "a:PerSecond", "0")]
    [InlineData("Alow", "a:SecretSha256", Digest, "a:Allow", "introspect", "a:Alow", "x")]
    [InlineData("SecretFile", "a:SecretFile", "/nowhere/secret", "a:Allow", "introspect")]
    [InlineData("name clients", "A_:SecretSha256", Digest, "A_:Allow", "introspect")]
    public void Names_the_setting_to_correct(string named, params string[] settings)
    {
        var refused = Assert.Throws<StartupException>(() => Read([.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))]));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("012345678901234567890:")]
    public void A_secret_that_is_short_or_can_be_spelled_two_ways_is_refused(string secret)
    {
        var path = Path.Combine(_folder.FullName, "secret");
        File.WriteAllText(path, secret);
        Assert.Throws<StartupException>(() => Read(("a:SecretFile", path), ("a:Allow", "introspect")));
    }

    private static IReadOnlyDictionary<string, ClientSettings> Read(params (string Key, string Value)[] settings) =>
        ClientSettings.ReadAll(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build());
}
