using System.Buffers.Binary;
using System.Text;

namespace KeyBroker.Conformance.WebAuthn;

/// <summary>Reads the small part of CBOR (RFC 8949) that WebAuthn uses: no tags, a bounded depth.</summary>
internal ref struct Cbor(ReadOnlySpan<byte> source)
{
    private const int MaxDepth = 8;

    private readonly ReadOnlySpan<byte> _source = source;
    private int _depth;

    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _source.Length;

    /// <summary>long, byte[], string, List&lt;object&gt;, Dictionary&lt;object, object&gt;, or bool.</summary>
    public object Read()
    {
        var first = Take(1)[0];
        if (first is 0x9F or 0xBF)
        {
            return first == 0x9F ? ReadList(null) : ReadMap(null);
        }

        var (major, argument) = (first >> 5, Argument(first & 0x1F));
        return major switch
        {
            0 => checked((long)argument),
            1 => checked(-1 - (long)argument),
            2 => Take(argument).ToArray(),
            3 => Encoding.UTF8.GetString(Take(argument)),
            4 => ReadList(argument),
            5 => ReadMap(argument),
            7 when first is 0xF4 or 0xF5 => first == 0xF5,
            _ => throw new FormatException("CBOR of a kind that WebAuthn does not use"),
        };
    }

    private ulong Argument(int info) => info switch
    {
        < 24 => (ulong)info,
        24 => Take(1)[0],
        25 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        26 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
        27 => BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
        _ => throw new FormatException("CBOR strings of indefinite length"),
    };

    private List<object> ReadList(ulong? count)
    {
        Enter(count ?? 0);
        var list = new List<object>();
        for (var i = 0ul; !IsEnd(i, count); i++)
        {
            list.Add(Read());
        }

        _depth--;
        return list;
    }

    private Dictionary<object, object> ReadMap(ulong? count)
    {
        Enter(count ?? 0);
        var map = new Dictionary<object, object>();
        for (var i = 0ul; !IsEnd(i, count); i++)
        {
            if (!map.TryAdd(Read(), Read()))
            {
                throw new FormatException("a key occurs twice");
            }
        }

        _depth--;
        return map;
    }

    // Where the number of items is not told, a break ends them.
    private bool IsEnd(ulong read, ulong? count)
    {
        if (count is { } told)
        {
            return read == told;
        }

        var ends = Position < _source.Length && _source[Position] == 0xFF;
        Position += ends ? 1 : 0;
        return ends;
    }

    private void Enter(ulong count)
    {
        if (++_depth > MaxDepth || count > (ulong)(_source.Length - Position))
        {
            throw new FormatException("CBOR that is too deep or too long");
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_source.Length - Position))
        {
            throw new FormatException("CBOR that ends early");
        }

        var taken = _source.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}
