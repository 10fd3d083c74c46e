namespace KeyBroker.Fuzz.Fuzzing;

/// <summary>Numbers that look random and are the same for the same seed (xorshift64*).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed == 0 ? 1 : seed;

    /// <summary>A number from zero up to, but not including, the limit.</summary>
    public int Below(int limit)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)(unchecked(_state * 2685821657736338717UL) >> 33) % limit;
    }

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
