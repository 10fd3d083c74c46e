using System.Diagnostics;
using KeyBroker.Fuzz.Decoding;
using SharpFuzz;

namespace KeyBroker.Fuzz.Fuzzing;

/// <summary>The ways to fuzz from the command line.</summary>
internal static class FuzzModes
{
    /// <summary>Changes inputs at random, decoder by decoder; the exit code tells whether all promises were kept.</summary>
    public static int Random(IEnumerable<FuzzTarget> targets, long runs, ulong seed)
    {
        Console.WriteLine($"{"",-26}{"runs",12}{"taken",12}{"kept",8}{"branches",10}{"a second",10}");
        var failures = targets.Count(target => !RunOne(target, runs, seed));
        Console.WriteLine($"{failures} decoders broke a promise");
        return failures == 0 ? 0 : 1;
    }

    /// <summary>Answers AFL's fork server; the decoders must be instrumented.</summary>
    public static int Afl(FuzzTarget target)
    {
        Fuzzer.OutOfProcess.Run((Stream stream) =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            target.Try(input.ToArray());
        });
        return 0;
    }

    private static bool RunOne(FuzzTarget target, long runs, ulong seed)
    {
        try
        {
            var watch = Stopwatch.StartNew();
            var campaign = new Campaign(target, seed);
            campaign.Run(runs);
            var rate = campaign.Runs / watch.Elapsed.TotalSeconds;
            Console.WriteLine(
                $"{target.Name,-26}{campaign.Runs,12}{campaign.Taken,12}{campaign.Kept,8}{campaign.Branches,10}{rate,10:F0}");
            return true;
        }
        catch (FuzzFailure failure)
        {
            Console.WriteLine(failure);
            return false;
        }
    }
}
