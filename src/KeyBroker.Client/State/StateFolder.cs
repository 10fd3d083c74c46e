using System.Security.Cryptography;
using System.Text.Json;

namespace KeyBroker.Client;

/// <summary>What a machine keeps between two commands: identity, proof key, encryption key and token, for its owner only.</summary>
internal sealed class StateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    internal const string IdentityFile = "identity.json";
    internal const string TokenFile = "token.json";

    public StateFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(Path))
        {
            Directory.CreateDirectory(Path, OwnerFolder);
        }

        File.SetUnixFileMode(Path, OwnerFolder);
    }

    public string Path { get; }

    public Identity? Identity => Load<Identity>(In(IdentityFile));

    public AttestedToken? Token => Load<AttestedToken>(In(TokenFile));

    public void Save(Identity identity) => Save(IdentityFile, JsonSerializer.SerializeToUtf8Bytes(identity));

    public void Save(AttestedToken token) => Save(TokenFile, JsonSerializer.SerializeToUtf8Bytes(token));

    public void ForgetToken() => File.Delete(In(TokenFile));

    public ProofKey ProofKey(TimeProvider clock)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(LoadOrCreateKey("proof.pem"));
        return new ProofKey(key, clock);
    }

    public EncryptionKey EncryptionKey()
    {
        var key = ECDiffieHellman.Create();
        key.ImportFromPem(LoadOrCreateKey("enc.pem"));
        return new EncryptionKey(key);
    }

    internal static T? Load<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw new IOException($"'{path}' is damaged: delete it and run the command again");
        }
    }

    private string LoadOrCreateKey(string name)
    {
        if (!File.Exists(In(name)))
        {
            using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            SaveFirst(name, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        }

        return File.ReadAllText(In(name));
    }

    private void Save(string name, byte[] content) => File.Move(Written(name, content), In(name), overwrite: true);

    /// <summary>Two commands may start at once: the first one's key stays.</summary>
    private void SaveFirst(string name, byte[] content)
    {
        var written = Written(name, content);
        try
        {
            File.Move(written, In(name), overwrite: false);
        }
        catch (IOException) when (File.Exists(In(name)))
        {
            File.Delete(written);
        }
    }

    private string Written(string name, byte[] content)
    {
        var path = In($".{name}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        };
        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return path;
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
