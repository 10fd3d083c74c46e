using System.Security.Cryptography;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Quotes;

/// <summary>Verifies a quote by the product's checks, in their order: signature, magic, type, nonce, registers.</summary>
internal static class QuoteJudge
{
    public static Verdict Judge(Case one)
    {
        var signature = TpmSignature.Parse(one.Bytes("sig"));
        var attest = AuthenticQuote.CheckSigned(one.Bytes("msg"), signature, Signer.Of(one, signature));
        RequireHash(one, signature);
        Judge(one, attest, signature);
        return Verdict.Accept("the quote verifies" + Signer.Remark(signature));
    }

    /// <summary>A quote whose key was not published: all but the signature.</summary>
    public static Verdict JudgeUnsigned(Case one)
    {
        var signature = TpmSignature.Parse(one.Bytes("sig"));
        Judge(one, Attest.Parse(one.Bytes("msg")), signature);
        return Verdict.Accept("the quote is well formed; nothing shows by whom it is");
    }

    private static void Judge(Case one, Attest attest, TpmSignature signature)
    {
        var quote = attest.Quote ?? throw new FormatException("the attestation is not a quote");
        if (one.HexInput("nonce") is { } nonce && !attest.ExtraData.Span.SequenceEqual(nonce))
        {
            throw new FormatException("the quote is over another nonce");
        }

        if (one.Input("pcrs") is { } values && values.EnumerateObject().Any(bank => bank.Value.EnumerateObject().Any()))
        {
            VerifiedQuote.CheckRegisters(quote, QuotedValues.Select(values, quote), HashAlgorithms.ToName(signature.Hash));
        }

        RequireRegisters(one, quote);
        RequireEvents(one);
    }

    private static void RequireHash(Case one, TpmSignature signature)
    {
        if (one.TextInput("hash_alg") is { } name && Case.Hash(name) != signature.Hash)
        {
            throw new FormatException($"{name} was asked for, the quote is of another hash");
        }
    }

    private static void RequireRegisters(Case one, QuoteInfo quote)
    {
        foreach (var pcr in one.Input("required_pcrs")?.EnumerateArray().Select(pcr => pcr.GetInt32()) ?? [])
        {
            if (!quote.Pcrs.Any(selection => selection.Contains(pcr)))
            {
                throw new FormatException($"PCR {pcr} is required and was not quoted");
            }
        }
    }

    // Reference digests of events, extended from zero, are to give the register.
    private static void RequireEvents(Case one)
    {
        foreach (var events in one.Input("pcr_event_digests")?.EnumerateObject() ?? default)
        {
            var value = new byte[SHA256.HashSizeInBytes];
            foreach (var digest in events.Value.EnumerateArray())
            {
                value = SHA256.HashData([.. value, .. Convert.FromHexString(digest.GetString()!)]);
            }

            var given = one.RequiredInput("pcrs").GetProperty("sha256").GetProperty(events.Name).GetString();
            if (!string.Equals(given, Convert.ToHexStringLower(value), StringComparison.OrdinalIgnoreCase))
            {
                throw new FormatException($"the events of PCR {events.Name} give another value");
            }
        }
    }
}
