using KeyBroker.Attestation;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.EventLogs;
using KeyBroker.Attestation.Policies;
using KeyBroker.Tpm;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>One decoder of untrusted bytes, and what it promises.</summary>
/// <param name="Decode">Gives what the decoded value encodes to, or null where a value has more than one encoding.</param>
internal sealed record FuzzTarget(string Name, Func<byte[], byte[]?> Decode)
{
    private const int AllocationPerByte = 64;

    /// <summary>What may be allocated for the shortest input, the trace of an exception included.</summary>
    public int AllocationAtLeast { get; init; } = 64 * 1024;

    /// <summary>Whether the decoder takes the input.</summary>
    /// <exception cref="FuzzFailure">It fails otherwise than it says, allocates too much, or takes two encodings for one value.</exception>
    public bool Try(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var encoded = Run(input, out var isTaken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > Allowed(input) && AllocatedAgain(input) is var again && again > Allowed(input))
        {
            throw new FuzzFailure(Name, $"allocates {again} bytes", input);
        }

        return encoded is null || encoded.AsSpan().SequenceEqual(input)
            ? isTaken
            : throw new FuzzFailure(Name, $"takes for {Convert.ToBase64String(encoded)} what is not it", input);
    }

    private long Allowed(byte[] input) => AllocationAtLeast + ((long)AllocationPerByte * input.Length);

    // What is made once for all, at its first use, does not count.
    private long AllocatedAgain(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(input, out _);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private byte[]? Run(byte[] input, out bool isTaken)
    {
        isTaken = false;
        try
        {
            var encoded = Decode([.. input]);
            isTaken = true;
            return encoded;
        }
        catch (Exception refused) when (IsRefusal(refused))
        {
            return null;
        }
        catch (Exception foreign) when (foreign is not FuzzFailure)
        {
            throw new FuzzFailure(Name, "fails otherwise than it says", input, foreign);
        }
    }

    private static bool IsRefusal(Exception exception) => exception is
        TpmFormatException or TpmException or TpmSessionException or DeniedException or PolicyException
        or EventLogException or CertificateException;
}
