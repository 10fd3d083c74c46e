using KeyBroker.Configuration;

namespace KeyBroker.Hosting;

/// <summary>The folder of everything the broker keeps: nobody else may enter it.</summary>
internal static class StateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder and holds it: one broker at a time, for a second one would take the first one's TPM.</summary>
    /// <exception cref="StartupException">It cannot be made, others may enter it, or another broker holds it.</exception>
    public static FileStream Hold(string path)
    {
        Prepare(path);
        try
        {
            return new FileStream(
                Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        }
        catch (IOException failure)
        {
            throw new StartupException($"stop the broker that uses {path}, or set KeyBroker:StateDirectory to another folder", failure);
        }
    }

    private static void Prepare(string path)
    {
        try
        {
            var directory = Directory.CreateDirectory(path, OwnerOnly);
            if ((directory.UnixFileMode & Others) != 0)
            {
                throw new StartupException($"run chmod 0700 {path}: other users may enter the state directory");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"set KeyBroker:StateDirectory to a folder the broker may make: {failure.Message}", failure);
        }
    }
}
