using System.Globalization;
using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>
/// What reading, replaying and believing a log costs: hostile logs against an honest one of the same size, by turns in one run.
/// </summary>
internal static class LogRates
{
    private const int MostEvents = 9_900;
    private const int LargestEvent = 64 * 1024;
    private const int LargestLog = 4 * 1024 * 1024;

    private static readonly Guid s_security = new("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
    private static readonly Guid s_x509 = new("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

    public static void Print()
    {
        Print("nothing but extensions of one register", Tiny());
        Print("nothing but images", Images());
        Print("nothing but authorities", Authorities());
        Print("nothing but one database", Database());
        Print("databases of the shortest certificates", Certificates());
        Print("long command lines", Texts(LargestEvent - 64));
        Print("short command lines", Texts(8));
        Print("variables", Variables());
    }

    private static void Print(string what, BootLog hostile)
    {
        var bytes = hostile.ToBytes();
        var (cost, honest) = Contest.Between(Judge(hostile), Judge(Honest(bytes.Length)));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-45} {bytes.Length / 1024,6} KiB {hostile.Events.Count,6} events {cost / 1000,8:F2} ms, honest {honest / 1000,8:F2} ms: {cost / honest,5:F2}");
        Console.WriteLine(text);
    }

    private static Action Judge(BootLog log)
    {
        var bytes = log.ToBytes();
        var state = MeasuredState.DangerousFromValues(
            log.Registers().ToDictionary(register => (TpmAlgorithm.Sha256, register.Key), register => register.Value));
        return () => state.With(bytes);
    }

    /// <summary>A boot whose loader measured so many commands that the log has this size.</summary>
    private static BootLog Honest(int size)
    {
        const int Overhead = 110; // A header, two digests, a size.
        var log = BootLog.Honest();
        var missing = size - log.ToBytes().Length;
        var count = Math.Clamp(missing / (Overhead + 60), 1, MostEvents);
        var text = new string('x', Math.Max(1, (missing / count) - Overhead - 14));
        return Many(log, count, _ => log.Text($"grub_cmd: set {text}"));
    }

    private static BootLog Tiny() => Fill(log => log.Add(9, BootLog.Ipl, []));

    private static BootLog Images() => Fill(log => log.Add(4, BootLog.Application, [], [1]));

    private static BootLog Authorities() =>
        Fill(log => log.Add(7, BootLog.Authority, BootLog.Variable(s_security, "db", [.. new byte[16], .. BootLog.Certificate])));

    private static BootLog Database() => Before(log => log.Add(
        7, BootLog.VariableConfig, BootLog.Variable(s_security, "dbx", Lists(1000))));

    private static BootLog Certificates() => Before(log => log.Add(
        7, BootLog.VariableConfig, BootLog.Variable(s_security, "db", Lists(1))));

    private static BootLog Texts(int length) => Fill(log => log.Text("kernel_cmdline: " + new string('x', length)));

    private static BootLog Variables() =>
        Fill(log => log.Add(1, BootLog.VariableConfig, BootLog.Variable(s_security, "Boot0000", new byte[200])));

    /// <summary>As many lists of one certificate of a length as an event holds.</summary>
    private static byte[] Lists(int length)
    {
        var list = BootLog.List(s_x509, new byte[length]);
        return [.. Enumerable.Repeat(list, (LargestEvent - 64) / list.Length).SelectMany(bytes => bytes)];
    }

    private static BootLog Fill(Action<BootLog> add)
    {
        var log = BootLog.Honest();
        return Many(log, CountOf(add), add);
    }

    /// <summary>The events stand before the firmware's end, where databases are read.</summary>
    private static BootLog Before(Action<BootLog> add)
    {
        var (log, honest) = (new BootLog(), BootLog.Honest());
        honest.Events.RemoveAll(entry => entry is { Pcr: 7, Type: BootLog.VariableConfig } && !Encoding.Unicode.GetString(entry.Data).Contains("SecureBoot", StringComparison.Ordinal));
        _ = Many(log, CountOf(add), add);
        log.Events.AddRange(honest.Events);
        return log;
    }

    private static int CountOf(Action<BootLog> add)
    {
        var (none, one) = (new BootLog(), new BootLog());
        add(one);
        return Math.Min(MostEvents, (LargestLog - 8192) / (one.ToBytes().Length - none.ToBytes().Length));
    }

    private static BootLog Many(BootLog log, int count, Action<BootLog> add)
    {
        for (var at = 0; at < count; at++)
        {
            add(log);
        }

        return log;
    }
}
