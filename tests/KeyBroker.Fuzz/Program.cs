// How to run it: README.md
using System.Globalization;
using KeyBroker.Fuzz.Decoding;
using KeyBroker.Fuzz.Fuzzing;
using KeyBroker.Fuzz.Hostile;

Coverage.Begin();
return args switch
{
    ["hostile"] => await HostileMode.RunAsync(1),
    ["hostile", var every] => await HostileMode.RunAsync((int)Number(every)),
    ["random", var runs] => FuzzModes.Random(FuzzTargets.All, Number(runs), 1),
    ["random", var runs, var seed] => FuzzModes.Random(FuzzTargets.All, Number(runs), (ulong)Number(seed)),
    ["random", var runs, var seed, var name] => FuzzModes.Random([FuzzTargets.Find(name)], Number(runs), (ulong)Number(seed)),
    ["afl", var name] => FuzzModes.Afl(FuzzTargets.Find(name)),
    ["seeds"] => await Seeds.WriteAsync(),
    _ => Usage(),
};

static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("hostile [EVERY] | random RUNS [SEED [DECODER]] | afl DECODER | seeds");
    return 2;
}
