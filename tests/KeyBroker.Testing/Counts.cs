using System.Reflection;

namespace KeyBroker.Testing;

/// <summary>Figures that tests found, one a line: in a file of the folder <c>KEYBROKER_COUNTS</c>, which test.sh shows at its end.</summary>
public static class Counts
{
    private static readonly Lock s_lock = new();

    public static void Print(string line)
    {
        if (Environment.GetEnvironmentVariable("KEYBROKER_COUNTS") is { Length: > 0 } folder)
        {
            lock (s_lock)
            {
                File.AppendAllText(Path.Combine(folder, Assembly.GetEntryAssembly()!.GetName().Name + ".txt"), line + "\n");
            }
        }
    }
}
