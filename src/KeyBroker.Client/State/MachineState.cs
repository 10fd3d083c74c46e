namespace KeyBroker.Client;

/// <summary>What is kept on this machine, looked at without making or changing anything.</summary>
public sealed class MachineState
{
    private MachineState(string folder, bool exists) => (Folder, Exists) = (folder, exists);

    public string Folder { get; }

    public bool Exists { get; }

    public Identity? Identity { get; private init; }

    public AttestedToken? Token { get; private init; }

    /// <exception cref="IOException">A file in it is damaged.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static MachineState Look(string folder)
    {
        var path = Path.GetFullPath(folder);
        return Directory.Exists(path)
            ? new MachineState(path, exists: true)
            {
                Identity = StateFolder.Load<Identity>(Path.Combine(path, StateFolder.IdentityFile)),
                Token = StateFolder.Load<AttestedToken>(Path.Combine(path, StateFolder.TokenFile)),
            }
            : new MachineState(path, exists: false);
    }
}
