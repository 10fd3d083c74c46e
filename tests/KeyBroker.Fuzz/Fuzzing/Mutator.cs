namespace KeyBroker.Fuzz.Fuzzing;

/// <summary>Changes inputs a little, as AFL's havoc stage does, and crosses them with each other.</summary>
internal sealed class Mutator(Dice dice)
{
    private const int Longest = 4096;
    private const int MostChanges = 6;

    // Around the limits that lengths, counts and codes have; each fits where two or four bytes stand.
    private static readonly uint[] s_numbers =
    [
        0, 1, 2, 3, 4, 10, 16, 20, 32, 48, 64, 66, 80, 127, 128, 255, 256, 512, 1024, 4096, 0x7FFF, 0x8000, 0xFFFF,
        0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF, 0x000B, 0x000C, 0x0010, 0x0014, 0x0018, 0x0023, 0x8002,
    ];

    public byte[] Change(byte[] input, IReadOnlyList<byte[]> others)
    {
        var bytes = new List<byte>(input);
        for (var left = 1 + dice.Below(MostChanges); left > 0; left--)
        {
            ChangeOnce(bytes, others);
        }

        return bytes.Count <= Longest ? [.. bytes] : [.. bytes.Take(Longest)];
    }

    private void ChangeOnce(List<byte> bytes, IReadOnlyList<byte[]> others)
    {
        var at = dice.Below(bytes.Count + 1);
        var room = bytes.Count - at;
        switch (dice.Below(9))
        {
            case 0 or 1 when room > 0:
                bytes[at] ^= (byte)(1 << dice.Below(8));
                break;
            case 2 when room > 0:
                bytes[at] = (byte)dice.Below(256);
                break;
            case 3 when room >= 2:
                Write(bytes, at, 2);
                break;
            case 4 when room >= 4:
                Write(bytes, at, 4);
                break;
            case 5 when room > 0:
                bytes.RemoveRange(at, 1 + dice.Below(Math.Min(room, 40)));
                break;
            case 6:
                bytes.InsertRange(at, Enumerable.Repeat((byte)dice.Below(256), 1 + dice.Below(40)));
                break;
            case 7 when room > 0:
                bytes.InsertRange(dice.Below(bytes.Count + 1), bytes.GetRange(at, 1 + dice.Below(room)));
                break;
            default:
                Cross(bytes, at, dice.Of(others));
                break;
        }
    }

    private void Write(List<byte> bytes, int at, int size)
    {
        var number = dice.Of(s_numbers);
        for (var i = 0; i < size; i++)
        {
            bytes[at + i] = (byte)((number >> (8 * (size - 1 - i))) & 0xFF);
        }
    }

    private void Cross(List<byte> bytes, int at, byte[] other)
    {
        var from = dice.Below(other.Length + 1);
        bytes.RemoveRange(at, bytes.Count - at);
        bytes.AddRange(other[from..]);
    }
}
