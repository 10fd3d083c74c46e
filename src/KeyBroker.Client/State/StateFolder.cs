using System.Security.Cryptography;
using System.Text.Json;

namespace KeyBroker.Client;

/// <summary>What a machine keeps between two commands: identity, proof key, encryption key and token, for its owner only.</summary>
internal sealed class StateFolder
{
    internal const string IdentityFile = "identity.json";
    internal const string TokenFile = "token.json";
    private const string PassportFile = "passport.json";
    private const string EncryptionKeyFile = "enc.pem";
    private const string ResidentKeyFile = "enc.json";
    private const string ProofKeyFile = "proof.pem";
    private const string ResidentProofKeyFile = "proof.json";

    public StateFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(Path))
        {
            Directory.CreateDirectory(Path, OwnerFile.OwnerFolder);
        }

        File.SetUnixFileMode(Path, OwnerFile.OwnerFolder);
    }

    public string Path { get; }

    public Identity? Identity => Load<Identity>(In(IdentityFile));

    public AttestedToken? Token => Load<AttestedToken>(In(TokenFile));

    public PendingPassport? Passport => Load<PendingPassport>(In(PassportFile));

    public void Save(PendingPassport passport) => Save(PassportFile, JsonSerializer.SerializeToUtf8Bytes(passport));

    public void ForgetPassport() => File.Delete(In(PassportFile));

    public void Save(Identity identity) => Save(IdentityFile, JsonSerializer.SerializeToUtf8Bytes(identity));

    public void Save(AttestedToken token) => Save(TokenFile, JsonSerializer.SerializeToUtf8Bytes(token));

    /// <summary>The encryption key that the TPM holds, if that is the kind this machine uses.</summary>
    public ResidentKey? ResidentEncryptionKey => Load<ResidentKey>(In(ResidentKeyFile));

    /// <summary>Whether there is an encryption key in a file.</summary>
    public bool HasEncryptionKey => File.Exists(In(EncryptionKeyFile));

    /// <summary>Keeps the key, unless another command kept one just now.</summary>
    /// <returns>The one that is kept.</returns>
    public ResidentKey KeepFirst(ResidentKey key)
    {
        SaveFirst(ResidentKeyFile, JsonSerializer.SerializeToUtf8Bytes(key));
        return ResidentEncryptionKey ?? key;
    }

    public void ForgetResidentKey() => File.Delete(In(ResidentKeyFile));

    public void ForgetToken() => File.Delete(In(TokenFile));

    public ProofKey ProofKey(TimeProvider clock)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(LoadOrCreateKey(ProofKeyFile));
        return new ProofKey(new SoftwareSigner(key), clock);
    }

    /// <summary>The proof key that the TPM holds, if that is the kind this machine uses.</summary>
    public ResidentKey? ResidentProofKey => Load<ResidentKey>(In(ResidentProofKeyFile));

    /// <summary>Keeps the key, unless another command kept one just now.</summary>
    /// <returns>The one that is kept.</returns>
    public ResidentKey KeepFirstProof(ResidentKey key)
    {
        SaveFirst(ResidentProofKeyFile, JsonSerializer.SerializeToUtf8Bytes(key));
        return ResidentProofKey ?? key;
    }

    public void ForgetResidentProofKey() => File.Delete(In(ResidentProofKeyFile));

    public EncryptionKey EncryptionKey()
    {
        var key = ECDiffieHellman.Create();
        key.ImportFromPem(LoadOrCreateKey(EncryptionKeyFile));
        return new EncryptionKey(new SoftwareAgreement(key));
    }

    internal static T? Load<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(InputFile.Read(path));
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

    private void Save(string name, byte[] content) => OwnerFile.Replace(In(name), content);

    /// <summary>Two commands may start at once: the first one's key stays.</summary>
    private void SaveFirst(string name, byte[] content)
    {
        var written = OwnerFile.WriteBeside(In(name), content);
        try
        {
            File.Move(written, In(name), overwrite: false);
        }
        catch (IOException) when (File.Exists(In(name)))
        {
            File.Delete(written);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
