namespace KeyBroker.Client;

/// <summary>The folder of secrets that this machine's TPM has taken in: a file each, for its owner only.</summary>
public sealed class SealedSecrets(string folder)
{
    /// <summary>Where they are unless another folder is named.</summary>
    public static SealedSecrets Under(string stateFolder) => new(Path.Combine(stateFolder, "secrets"));

    /// <summary>Puts a secret there, in place of an older version.</summary>
    /// <returns>The file.</returns>
    public string Save(SealedSecret secret)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, OwnerFile.OwnerFolder);
        }

        var path = PathOf(secret.Name);
        OwnerFile.Replace(path, SealedSecretFile.Write(secret));
        return path;
    }

    /// <exception cref="IOException">It is not there, or damaged.</exception>
    public SealedSecret Load(string name)
    {
        var path = PathOf(name);
        var advice = $"'keybroker secret get {name} --to tpm' puts it there";
        return File.Exists(path)
            ? SealedSecretFile.Read(InputFile.Read(path), name) ?? throw new IOException($"'{path}' is damaged, or not of '{name}': {advice} anew")
            : throw new IOException($"'{path}' is not there: {advice}");
    }

    // A name's slashes are no folders.
    private string PathOf(string name) => Path.GetFullPath(Path.Combine(folder, Uri.EscapeDataString(name) + ".json"));
}
