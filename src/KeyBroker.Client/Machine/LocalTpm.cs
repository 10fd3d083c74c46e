using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>Reads and extends the registers of a machine's TPM, without a broker.</summary>
public static class LocalTpm
{
    /// <summary>The values by bank and register, as policies write them.</summary>
    /// <param name="tcti">Which TPM.</param>
    /// <param name="pcrs">Like <c>sha256:0-7,11</c>; null is <c>sha256:0-15</c>.</param>
    public static JsonObject Read(string tcti, string? pcrs)
    {
        var selection = PcrSelectionText.Parse(pcrs ?? PcrSelectionText.Default);
        using var tpm = MachineTpm.Open(tcti);
        return tpm.ReadRegisters(selection).ToJson();
    }

    /// <summary>The register numbers of a selection, of whichever bank.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static IReadOnlyList<int> IndicesOf(string pcrs) => [.. PcrSelectionText.Parse(pcrs).SelectMany(bank => bank.Indices)];

    /// <summary>Measures data into a register of the SHA-256 bank.</summary>
    public static void Extend(string tcti, int index, byte[] data)
    {
        using var tpm = MachineTpm.Open(tcti);
        tpm.Extend(index, SHA256.HashData(data));
    }

    /// <summary>Extends registers of the SHA-256 bank with digests, one after the other.</summary>
    public static void Extend(string tcti, IEnumerable<(int Index, byte[] Digest)> extensions)
    {
        using var tpm = MachineTpm.Open(tcti);
        foreach (var (index, digest) in extensions)
        {
            tpm.Extend(index, digest);
        }
    }

    /// <summary>Asks a TPM who made it.</summary>
    public static TpmDescription Describe(string tcti)
    {
        using var tpm = MachineTpm.Open(tcti);
        return tpm.Describe();
    }
}
