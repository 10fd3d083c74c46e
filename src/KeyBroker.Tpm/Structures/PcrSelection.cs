using System.Collections.Immutable;
using System.Numerics;

namespace KeyBroker.Tpm.Structures;

/// <summary>TPMS_PCR_SELECTION (Part 2, 10.6.2): which registers of one bank.</summary>
public sealed record PcrSelection
{
    /// <summary>The number of registers of a bank.</summary>
    public const int Registers = 24;

    // PCR_SELECT_MIN of a PC Client TPM, which is also what it answers with.
    private const int SizeOfSelect = 3;

    public PcrSelection(TpmAlgorithm bank, ImmutableArray<int> indices)
    {
        Bank = bank;
        foreach (var index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Registers);
            Bitmap |= 1u << index;
        }
    }

    private PcrSelection(TpmAlgorithm bank, uint bitmap)
    {
        Bank = bank;
        Bitmap = bitmap;
    }

    public TpmAlgorithm Bank { get; }

    /// <summary>Bit n is set when register n is selected.</summary>
    public uint Bitmap { get; }

    public bool IsEmpty => Bitmap == 0;

    public int Count => BitOperations.PopCount(Bitmap);

    /// <summary>The selected registers, ascending.</summary>
    public ImmutableArray<int> Indices => [.. Enumerable.Range(0, Registers).Where(Contains)];

    public static PcrSelection Of(TpmAlgorithm bank, params int[] indices) => new(bank, [.. indices]);

    /// <exception cref="TpmFormatException">The bitmap is not of exactly three bytes.</exception>
    public static PcrSelection Read(ref TpmReader reader)
    {
        var bank = reader.ReadAlgorithm();
        var size = reader.ReadByte();
        if (size != SizeOfSelect)
        {
            throw new TpmFormatException($"a PCR bitmap of {size} bytes, {SizeOfSelect} expected");
        }

        return new PcrSelection(bank, reader.ReadByte() | ((uint)reader.ReadByte() << 8) | ((uint)reader.ReadByte() << 16));
    }

    public void Write(TpmWriter writer)
    {
        writer.WriteAlgorithm(Bank);
        writer.WriteByte(SizeOfSelect);
        writer.WriteByte((byte)(Bitmap & 0xFF));
        writer.WriteByte((byte)((Bitmap >> 8) & 0xFF));
        writer.WriteByte((byte)((Bitmap >> 16) & 0xFF));
    }

    /// <summary>What is left when a part of the same bank is taken away.</summary>
    internal PcrSelection Without(PcrSelection part) => new(Bank, Bitmap & ~part.Bitmap);

    public bool Contains(int index) => index is >= 0 and < Registers && ((Bitmap >> index) & 1) == 1;
}
