using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Tests.Audit;

/// <summary>The same throws at every run.</summary>
internal sealed class Dice(int seed)
{
    private int _throws;

    /// <summary>From the first to the last, both included.</summary>
    public int Next(int first, int last)
    {
        Span<byte> state = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(state, seed);
        BinaryPrimitives.WriteInt32BigEndian(state[4..], _throws++);
        return first + (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(state)) % (uint)(last - first + 1));
    }
}
