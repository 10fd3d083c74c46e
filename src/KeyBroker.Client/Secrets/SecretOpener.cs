using System.Security.Cryptography;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>Opens a secret that this machine's TPM has taken in, without any broker.</summary>
public static class SecretOpener
{
    /// <returns>The value, for the caller to wipe.</returns>
    /// <exception cref="SecretStateException">The machine is in another state; it says which registers differ.</exception>
    /// <exception cref="IOException">There is no TPM, or another one.</exception>
    public static byte[] Open(string tcti, SealedSecret secret)
    {
        var unsealed = Unseal(tcti, secret);
        if (secret.Jwe is null)
        {
            return unsealed;
        }

        try
        {
            return DirectJwe.Open(unsealed, secret.Jwe);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(unsealed);
        }
    }

    private static byte[] Unseal(string tcti, SealedSecret secret)
    {
        var selection = PcrSelectionText.Parse(secret.Pcrs);
        using var tpm = MachineTpm.Open(tcti);
        if (Different(selection, tpm.Objects.ReadRegisters(selection), secret.Values) is { Count: > 0 } different)
        {
            throw Changed(secret, string.Join(", ", different));
        }

        try
        {
            return tpm.Objects.Unseal(new WrappedKey(secret.Public, secret.Private), secret.Parent, selection);
        }
        catch (TpmException refused) when (refused.Code.Is(TpmResponseCode.PolicyFail) || refused.Code.Is(TpmResponseCode.PcrChanged))
        {
            // The values beside the secret are only notes: the TPM decides.
            throw Changed(secret, $"one of {secret.Pcrs}");
        }
    }

    private static List<string> Different(
        IReadOnlyList<PcrSelection> selection, IReadOnlyList<byte[]> values, IReadOnlyList<string> expected)
    {
        var registers = selection.SelectMany(bank => bank.Indices.Select(index => $"PCR {index} ({PcrSelectionText.Name(bank.Bank)})"));
        return [.. registers.Zip(values, expected)
            .Where(register => Convert.ToHexStringLower(register.Second) != register.Third)
            .Select(register => register.First)];
    }

    private static SecretStateException Changed(SealedSecret secret, string registers) => new(
        $"'{secret.Name}' opens only in the state it was released for, and differs: {registers}");
}
