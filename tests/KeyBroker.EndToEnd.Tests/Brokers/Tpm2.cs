using System.Security.Cryptography;
using System.Text;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>What the host of a broker does with its TPM before the broker runs.</summary>
internal static class Tpm2
{
    public static PcrExtend Extend(int index, string what) =>
        PcrExtend.Of(index, TpmAlgorithm.Sha256, SHA256.HashData(Encoding.UTF8.GetBytes(what)));
}
