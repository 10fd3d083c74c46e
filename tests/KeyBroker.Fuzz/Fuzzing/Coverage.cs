using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace KeyBroker.Fuzz.Fuzzing;

/// <summary>Which branches inputs went through, and how often: known only where SharpFuzz has instrumented the library.</summary>
internal sealed unsafe class Coverage
{
    private const int Size = 65536;
    private static readonly byte* s_hits = (byte*)NativeMemory.AllocZeroed(Size);

    private readonly byte[] _seen = new byte[Size];

    /// <summary>How many branches were seen.</summary>
    public int Branches => _seen.Count(hits => hits != 0);

    /// <summary>Whether anything is instrumented at all.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Comes before anything that is instrumented.</summary>
    public static void Begin() => Trace.SharedMem = s_hits;

    /// <summary>Whether the last input went where none was before; forgets it.</summary>
    public bool TakeNew()
    {
        var hits = new Span<byte>(s_hits, Size);
        var isNew = false;
        for (var at = hits.IndexOfAnyExcept((byte)0); at >= 0 && at < Size; at = Next(hits, at))
        {
            var bucket = ClassOf(hits[at]);
            isNew |= (_seen[at] & bucket) == 0;
            _seen[at] |= bucket;
        }

        IsKnown |= isNew;
        hits.Clear();
        Trace.PrevLocation = 0;
        return isNew;
    }

    private static int Next(Span<byte> hits, int at)
    {
        var step = hits[(at + 1)..].IndexOfAnyExcept((byte)0);
        return step < 0 ? Size : at + 1 + step;
    }

    // AFL's classes: once, twice, thrice, a few times, often.
    private static byte ClassOf(byte hits) => hits switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
