namespace KeyBroker.Tpm;

/// <summary>Arrays for secrets: the garbage collector moves what is not pinned, and leaves behind what it was moved from.</summary>
internal static class PinnedBytes
{
    public static byte[] Make(int length) => GC.AllocateArray<byte>(length, pinned: true);

    public static byte[] Copy(ReadOnlySpan<byte> source)
    {
        var copy = GC.AllocateUninitializedArray<byte>(source.Length, pinned: true);
        source.CopyTo(copy);
        return copy;
    }
}
