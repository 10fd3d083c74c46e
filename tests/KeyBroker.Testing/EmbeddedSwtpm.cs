namespace KeyBroker.Testing;

/// <summary>Finds the swtpm of a broker's embedded TPM among the processes of the machine.</summary>
public static class EmbeddedSwtpm
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The processes that work on the TPM of this state directory.</summary>
    public static IReadOnlyList<int> Find(string stateDirectory) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), out _)
                && IsSwtpm(process, Path.Combine(stateDirectory, "tpm")))
            .Select(process => int.Parse(Path.GetFileName(process), null)),
    ];

    /// <summary>Waits for exactly one that is not <paramref name="before"/>.</summary>
    public static async Task<int> AwaitAsync(string stateDirectory, int before = 0)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            if (Find(stateDirectory) is [var found] && found != before)
            {
                return found;
            }

            await Task.Delay(5, patience.Token);
        }
    }

    public static async Task AwaitNoneAsync(string stateDirectory)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (Find(stateDirectory).Count > 0)
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static bool IsSwtpm(string process, string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).StartsWith("swtpm\0", StringComparison.Ordinal)
                && new FileInfo(Path.Combine(process, "cwd")).LinkTarget == directory;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
