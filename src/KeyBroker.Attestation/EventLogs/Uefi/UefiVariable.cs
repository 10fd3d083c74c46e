using System.Text;

namespace KeyBroker.Attestation.EventLogs.Uefi;

/// <summary>UEFI_VARIABLE_DATA (Platform Firmware Profile, 10.2.6): a variable as it was when it was measured.</summary>
internal sealed record UefiVariable(Guid Vendor, string Name, ReadOnlyMemory<byte> Data)
{
    /// <summary>Null where the data is something else; a name of half a character is.</summary>
    public static UefiVariable? TryParse(ReadOnlyMemory<byte> data)
    {
        try
        {
            return Parse(data);
        }
        catch (EventLogException)
        {
            return null;
        }
    }

    private static UefiVariable Parse(ReadOnlyMemory<byte> data)
    {
        var reader = new LogReader(data);
        var vendor = reader.ReadGuid();
        var (characters, size) = (reader.ReadUInt64(), reader.ReadUInt64());
        if (characters > (ulong)reader.Remaining)
        {
            throw new EventLogException("a variable's name is longer than its event");
        }

        var name = Encoding.Unicode.GetString(reader.Take(2 * characters).Span);
        var value = reader.Take(size);
        reader.ExpectEnd();
        return new UefiVariable(vendor, name, value);
    }
}
