using System.Security.Cryptography;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Quotes;

/// <summary>A quote that is authentic, fresh and about these register values. It cannot exist otherwise.</summary>
public sealed class VerifiedQuote
{
    // RFC 9711, 4.1.
    private const int ShortestNonce = 8;
    private const int LongestNonce = 64;

    private VerifiedQuote(AuthenticQuote quote, MeasuredState measured)
    {
        var clock = quote.Attest.Clock;
        (Evidence, Residents, Measured) = (quote.Evidence, quote.Residents, measured);
        Boot = new BootCounters(clock.ResetCount, clock.RestartCount);
        PcrDigest = quote.Attest.Quote!.PcrDigest.ToArray();
    }

    public Evidence.Evidence Evidence { get; }

    /// <summary>Which of the evidence's keys the same TPM holds.</summary>
    public ResidentKeys Residents { get; }

    public BootCounters Boot { get; }

    /// <summary>The digest that the TPM signed over the selected registers.</summary>
    public byte[] PcrDigest { get; }

    /// <summary>The registers alone.</summary>
    public MeasuredState Measured { get; }

    /// <summary>
    /// The signed selection against the values, then the values against the signed digest (section 4).
    /// </summary>
    /// <exception cref="DeniedException">attestation-denied: nonce-unknown, pcr-selection or pcr-digest.</exception>
    public static VerifiedQuote Check(AuthenticQuote quote, FreshNonce nonce)
    {
        if (!CryptographicOperations.FixedTimeEquals(nonce.Bytes, quote.Evidence.Runtime.Nonce))
        {
            throw Denied(ReasonCodes.NonceUnknown, "the nonce belongs to another quote");
        }

        CheckRegisters(quote.Attest.Quote!, quote.Evidence.Pcrs, quote.Key.HashName);
        return new VerifiedQuote(quote, Measure(quote.Evidence));
    }

    /// <summary>
    /// The same of a quote whose nonce somebody else chose: whether it is fresh is theirs to know, and nothing of the broker's may
    /// rest on it.
    /// </summary>
    /// <exception cref="DeniedException">request-malformed: no nonce of 8 to 64 bytes; attestation-denied: pcr-selection or pcr-digest.</exception>
    public static VerifiedQuote DangerousCheckUnderForeignNonce(AuthenticQuote quote)
    {
        if (quote.Evidence.Runtime.Nonce.Length is < ShortestNonce or > LongestNonce)
        {
            throw DeniedException.Malformed($"a nonce of {ShortestNonce} to {LongestNonce} bytes is expected", "runtimeData.nonce");
        }

        CheckRegisters(quote.Attest.Quote!, quote.Evidence.Pcrs, quote.Key.HashName);
        return new VerifiedQuote(quote, Measure(quote.Evidence));
    }

    /// <summary>The registers and what the log that came with them proves; nothing reads the log before this is called.</summary>
    /// <exception cref="DeniedException">attestation-denied, event-log.</exception>
    public MeasuredState MeasureBoot() => Evidence.EventLog is { } log ? Measured.With(log) : Measured;

    internal static void CheckRegisters(
        QuoteInfo quoted, IReadOnlyDictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> values, HashAlgorithmName hash)
    {
        CheckSelection(quoted.Pcrs, values);
        CheckDigest(quoted, values, hash);
    }

    // Section 4, selection: only the signed one counts, and the values are exactly those it names.
    private static void CheckSelection(
        IReadOnlyList<PcrSelection> signed, IReadOnlyDictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> values)
    {
        var valued = values.Values.Sum(bank => bank.Count);
        var selected = signed.Sum(selection => selection.Indices.Length);
        var holds = selected > 0
            && selected == valued
            && signed.DistinctBy(selection => selection.Bank).Count() == signed.Count
            && signed.All(selection => Covers(values, selection));
        if (!holds)
        {
            throw Denied(ReasonCodes.PcrSelection, "the values are not exactly those of the signed selection");
        }
    }

    private static bool Covers(
        IReadOnlyDictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> values, PcrSelection selection) =>
        selection.Indices.IsEmpty
        || (values.TryGetValue(selection.Bank, out var bank) && selection.Indices.All(bank.ContainsKey));

    // Section 4, pcrDigest: by the hash of the key's scheme, whatever the bank.
    private static void CheckDigest(
        QuoteInfo quoted, IReadOnlyDictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> values, HashAlgorithmName name)
    {
        using var hash = IncrementalHash.CreateHash(name);
        foreach (var selection in quoted.Pcrs)
        {
            foreach (var index in selection.Indices)
            {
                hash.AppendData(values[selection.Bank][index]);
            }
        }

        if (!CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), quoted.PcrDigest.Span))
        {
            throw Denied(ReasonCodes.PcrDigest, "the values do not hash to the signed digest");
        }
    }

    private static MeasuredState Measure(Evidence.Evidence evidence) => MeasuredState.FromVerified(
        evidence.Pcrs
            .SelectMany(bank => bank.Value.Select(register => ((bank.Key, register.Key), register.Value)))
            .ToDictionary());

    private static DeniedException Denied(string reason, string message) =>
        new(ProblemCodes.AttestationDenied, new Reason(reason, message));
}
