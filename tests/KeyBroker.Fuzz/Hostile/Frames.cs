using System.Buffers.Binary;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Fuzz.Hostile;

/// <summary>Takes frames of the bus apart and puts them together as somebody would who knows the format.</summary>
internal static class Frames
{
    public const int HeaderSize = 10;
    private const ushort NoSessions = 0x8001;
    private const ushort WithSessions = 0x8002;

    /// <summary>A frame that is shorter than the one it was planned for, as when a slow machine ends a run early, has no such bit.</summary>
    public static byte[] Flip(byte[] frame, int bit)
    {
        if (bit / 8 < frame.Length)
        {
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        return frame;
    }

    /// <summary>Cuts or grows a frame, without telling its header.</summary>
    public static byte[] Resize(byte[] frame, int length)
    {
        Array.Resize(ref frame, length);
        return frame;
    }

    /// <summary>Cuts or grows a frame, and says so in its header.</summary>
    public static byte[] ResizeHonestly(byte[] frame, int length)
    {
        Array.Resize(ref frame, length);
        if (length >= 6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(2), (uint)length);
        }

        return frame;
    }

    public static byte[] WithCode(byte[] response, uint code)
    {
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(6), code);
        return response;
    }

    public static byte[] Refusal(uint code) => WithCode([0x80, 0x01, 0, 0, 0, HeaderSize, 0, 0, 0, 0], code);

    public static bool HasSessions(ReadOnlySpan<byte> frame) =>
        frame.Length > HeaderSize && BinaryPrimitives.ReadUInt16BigEndian(frame) == WithSessions;

    /// <summary>Where the size of the parameters is in a response with sessions, or that of the sessions in a command.</summary>
    /// <param name="handles">The number of handles in front.</param>
    public static int AreaOf(int handles) => HeaderSize + (handles * sizeof(uint));

    /// <summary>A response as if its command had carried no session.</summary>
    public static byte[] WithoutResponseSessions(byte[] response, int handles)
    {
        var at = AreaOf(handles);
        var size = (int)BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(at));
        return Untagged([.. response[..at], .. response.AsSpan(at + 4, size)]);
    }

    /// <summary>A command as if it carried no session.</summary>
    public static byte[] WithoutCommandSessions(byte[] command, int handles)
    {
        var at = AreaOf(handles);
        var size = (int)BinaryPrimitives.ReadUInt32BigEndian(command.AsSpan(at));
        return Untagged([.. command[..at], .. command[(at + 4 + size)..]]);
    }

    /// <summary>A response whose only session proves nothing.</summary>
    public static byte[] WithoutResponseHmac(byte[] response, int handles)
    {
        var at = AreaOf(handles);
        var size = (int)BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(at));
        var reader = new TpmReader(response.AsSpan(at + 4 + size));
        var nonce = reader.ReadSized().Length;
        byte[] stripped = [.. response.AsSpan(0, at + 4 + size + 2 + nonce + 1), 0, 0];
        return ResizeHonestly(stripped, stripped.Length);
    }

    /// <summary>A command whose only session proves nothing.</summary>
    public static byte[] WithoutCommandHmac(byte[] command, int handles)
    {
        var at = AreaOf(handles);
        var size = (int)BinaryPrimitives.ReadUInt32BigEndian(command.AsSpan(at));
        var reader = new TpmReader(command.AsSpan(at + 8, size - 4));
        var session = 4 + 2 + reader.ReadSized().Length + 1;
        byte[] stripped = [.. command.AsSpan(0, at + 4 + session), 0, 0, .. command[(at + 4 + size)..]];
        BinaryPrimitives.WriteUInt32BigEndian(stripped.AsSpan(at), (uint)session + 2);
        return ResizeHonestly(stripped, stripped.Length);
    }

    private static byte[] Untagged(byte[] frame)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame, NoSessions);
        return ResizeHonestly(frame, frame.Length);
    }
}
