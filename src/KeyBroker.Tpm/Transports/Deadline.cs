namespace KeyBroker.Tpm.Transports;

/// <summary>The instant until which one command may take.</summary>
internal readonly struct Deadline(TimeProvider clock, TimeSpan patience)
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>What is left, in milliseconds; at least one, which is as good as none.</summary>
    /// <exception cref="IOException">Nothing is left.</exception>
    public int RemainingMilliseconds()
    {
        var left = patience - clock.GetElapsedTime(_start);
        return left > TimeSpan.Zero
            ? Math.Max(1, (int)left.TotalMilliseconds)
            : throw Missed(patience);
    }

    public static IOException Missed(TimeSpan patience) =>
        new($"the TPM did not answer within {patience.TotalSeconds:0.#} s");
}
