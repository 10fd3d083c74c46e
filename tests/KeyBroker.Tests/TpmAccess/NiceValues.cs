using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace KeyBroker.Tests.TpmAccess;

/// <summary>What the kernel says of the priorities of processes and threads (proc(5)).</summary>
internal static class NiceValues
{
    private const int StateField = 3;
    private const int NiceField = 19;

    /// <param name="path">Of a process or a thread, below /proc.</param>
    public static int Of(string path)
    {
        var status = File.ReadAllText($"/proc/{path}/stat");
        var fields = status[(status.LastIndexOf(')') + 2)..].Split(' '); // A name may have blanks and parentheses in it.
        return int.Parse(fields[NiceField - StateField], CultureInfo.InvariantCulture);
    }

    /// <summary>Of the threads of this process that are there for long enough to be looked at.</summary>
    public static IReadOnlyList<int> OfThreads() =>
        [.. Directory.GetDirectories("/proc/self/task").Select(OfThread).OfType<int>()];

    /// <summary>What a process has that was asked to go first: whether the system allows it is not to be guessed from outside.</summary>
    public static int WhereAllowed()
    {
        using var process = Process.Start("sleep", "60");
        try
        {
            process.PriorityClass = ProcessPriorityClass.High;
        }
        catch (Win32Exception)
        {
            // It is not allowed.
        }

        var nice = Of(process.Id.ToString(CultureInfo.InvariantCulture));
        process.Kill();
        process.WaitForExit();
        return nice;
    }

    private static int? OfThread(string folder)
    {
        try
        {
            return Of($"self/task/{Path.GetFileName(folder)}");
        }
        catch (IOException)
        {
            return null; // It has ended.
        }
    }
}
