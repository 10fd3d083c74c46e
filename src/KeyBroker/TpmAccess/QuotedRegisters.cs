using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

namespace KeyBroker.TpmAccess;

/// <summary>Quotes registers together with their values: those that the quote's digest is over, or no quote.</summary>
internal static class QuotedRegisters
{
    // The host extends registers while it runs, rarely.
    private const int Attempts = 5;

    /// <exception cref="TpmUnavailableException">The registers did not stand still.</exception>
    public static BrokerQuote Quote(
        Tpm.Tpm tpm, Func<QuoteResponseParts> quote, IReadOnlyList<PcrSelection> selection, TpmAlgorithm hash)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var registers = Read(tpm, selection);
            var (attest, signature) = quote();
            var digest = HashAlgorithms.Hash(hash, [.. registers.SelectMany(register => register.Value)]);
            if (Attest.Parse(attest).Quote is { } quoted && CryptographicOperations.FixedTimeEquals(digest, quoted.PcrDigest.Span))
            {
                return new BrokerQuote(attest, signature, registers);
            }
        }

        throw new TpmUnavailableException("the registers change faster than they can be quoted");
    }

    /// <summary>A TPM returns at most eight values at once.</summary>
    private static List<RegisterValue> Read(Tpm.Tpm tpm, IReadOnlyList<PcrSelection> selection)
    {
        var registers = new List<RegisterValue>();
        foreach (var bank in selection)
        {
            var missing = bank.Indices.ToList();
            while (missing.Count > 0)
            {
                var read = tpm.Execute(new PcrRead([PcrSelection.Of(bank.Bank, [.. missing])]));
                var indices = read.Selection.SelectMany(part => part.Indices).ToArray();
                if (indices.Length == 0)
                {
                    throw new TpmUnavailableException("this TPM has no such register");
                }

                registers.AddRange(indices.Select((index, at) => new RegisterValue(bank.Bank, index, read.Values[at])));
                missing.RemoveAll(indices.Contains);
            }
        }

        return registers;
    }
}
