using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>One page of a capability.</summary>
/// <param name="Data">What follows the capability's code: a TPML of its kind.</param>
public sealed record CapabilityResponse(bool HasMore, TpmCapability Capability, byte[] Data)
{
    /// <summary>The elements of a list of 32-bit values: handles, or commands with their attributes.</summary>
    public IReadOnlyList<uint> ToNumbers()
    {
        var reader = new TpmReader(Data);
        var numbers = new uint[reader.ReadCount(reader.Remaining / sizeof(uint))];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = reader.ReadUInt32();
        }

        reader.ExpectEnd();
        return numbers;
    }

    /// <summary>The elements of a list of TPM properties.</summary>
    public IReadOnlyDictionary<uint, uint> ToProperties()
    {
        var reader = new TpmReader(Data);
        var properties = new Dictionary<uint, uint>();
        for (var left = reader.ReadCount(reader.Remaining / sizeof(ulong)); left > 0; left--)
        {
            properties[reader.ReadUInt32()] = reader.ReadUInt32();
        }

        reader.ExpectEnd();
        return properties;
    }

    /// <summary>The banks of registers.</summary>
    public IReadOnlyList<PcrSelection> ToPcrBanks() => PcrSelectionList.Parse(Data);
}
