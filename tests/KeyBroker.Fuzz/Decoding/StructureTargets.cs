using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Fuzz.Decoding;

/// <summary>The structures of the TPM: what is taken is written again byte for byte.</summary>
internal static class StructureTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("attest", bytes => Attest.Parse(bytes).ToBytes()),
        new("attest-header", Peek),
        new("creation-data", ReadCreation),
        new("nv-public", bytes => NvPublic.Parse(bytes).ToBytes()),
        new("sensitive", Sensitive),
        new("ticket", bytes => TpmTicket.Parse(bytes).ToBytes()),
        new("signature", bytes => TpmSignature.Parse(bytes).ToBytes()),
        new("point", bytes => EccPoint.Parse(bytes).ToBytes()),
        new("selection-list", bytes => PcrSelectionList.ToBytes(PcrSelectionList.Parse(bytes))),
        new("public", bytes => TpmPublic.Parse(bytes).ToBytes()),
        new("sized-public", bytes => TpmPublic.ParseSized(bytes).ToSizedBytes()),
        new("duplicate", Duplicate),
    ];

    // Reads as little as can be read, and so may not take less than the whole is taken from.
    private static byte[]? Peek(byte[] bytes)
    {
        _ = Attest.PeekHeader(bytes);
        return null;
    }

    // Keeps only what a verifier asks for, and so cannot be written again.
    private static byte[]? ReadCreation(byte[] bytes)
    {
        _ = CreationData.Parse(bytes);
        return null;
    }

    private static byte[] Sensitive(byte[] bytes)
    {
        using var sensitive = TpmSensitive.Parse(bytes);
        return sensitive.ToBytes();
    }

    /// <summary>A public area, and the secret half that is said to be its.</summary>
    private static byte[]? Duplicate(byte[] bytes)
    {
        var reader = new TpmReader(bytes);
        var area = TpmPublic.ReadSized(ref reader);
        using var opened = DuplicationWrapper.Unwrap(new(reader.ReadRest().ToArray(), default), area);
        return null;
    }
}
