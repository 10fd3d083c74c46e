using System.Globalization;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>What the kernel says of the priorities of processes and threads (proc(5)).</summary>
internal static class NiceValues
{
    private const int StateField = 3;
    private const int NiceField = 19;
    private const int SysNice = 23; // CAP_SYS_NICE
    private const int Lowest = 31;  // What RLIMIT_NICE has to be for a nice value of -11.

    /// <param name="path">Of a process or a thread, below /proc.</param>
    public static int Of(string path)
    {
        var status = File.ReadAllText($"/proc/{path}/stat");
        var fields = status[(status.LastIndexOf(')') + 2)..].Split(' '); // A name may have blanks and parentheses in it.
        return int.Parse(fields[NiceField - StateField], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether this process may let another one go first.</summary>
    public static bool MayBeLowered => HasCapability || Limit >= Lowest;

    private static bool HasCapability => File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("CapEff:", StringComparison.Ordinal))
        .Any(line => (Convert.ToUInt64(line.Split('\t')[1], 16) >> SysNice & 1) == 1);

    private static int Limit => File.ReadLines("/proc/self/limits")
        .Where(line => line.StartsWith("Max nice priority", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture))
        .First();
}
