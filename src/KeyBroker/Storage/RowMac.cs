using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KeyBroker.Storage;

/// <summary>HMAC-SHA-256 over a row of trust, under a key that only this fleet's TPMs can open: an edit is seen.</summary>
internal sealed class RowMac(byte[] key)
{
    private const int UsualLength = 1024;
    private const int HeaderLength = 5; // The kind, and the length of what follows.

    /// <summary>The MAC of a row: its table, then each field with its kind and length, so that no two rows encode alike.</summary>
    public byte[] Compute(string table, params object?[] fields)
    {
        var row = new ArrayBufferWriter<byte>(UsualLength);
        Append(row, table);
        foreach (var field in fields)
        {
            Append(row, field);
        }

        return HMACSHA256.HashData(key, row.WrittenSpan);
    }

    /// <exception cref="StoreIntegrityException">The row is not the one that was written.</exception>
    public void Verify(string table, byte[] mac, params object?[] fields)
    {
        if (!CryptographicOperations.FixedTimeEquals(mac, Compute(table, fields)))
        {
            throw new StoreIntegrityException($"a row of {table} was changed outside the broker");
        }
    }

    private static void Append(ArrayBufferWriter<byte> row, object? field)
    {
        var (kind, bytes) = field switch
        {
            null => ((byte)0, Array.Empty<byte>()),
            byte[] value => ((byte)1, value),
            string value => ((byte)2, Encoding.UTF8.GetBytes(value)),
            bool value => ((byte)3, [value ? (byte)1 : (byte)0]),
            IConvertible value => ((byte)4, Encoding.ASCII.GetBytes(value.ToInt64(CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture))),
            _ => throw new ArgumentException($"a {field.GetType()} has no encoding", nameof(field)),
        };
        var header = row.GetSpan(HeaderLength);
        header[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], bytes.Length);
        row.Advance(HeaderLength);
        row.Write(bytes);
    }
}
