using System.Globalization;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Attestation.Policies.Comparing;

/// <summary>The terms of grants in words; equal terms have equal words.</summary>
public static class TermsText
{
    /// <summary>Empty where nothing is demanded.</summary>
    public static string Of(GrantTerms terms) => string.Join(", ", Each(terms));

    private static IEnumerable<string> Each(GrantTerms terms)
    {
        if (terms.Aad is { } aad)
        {
            yield return $"aad is {Base64Url.Encode(aad.AsSpan())}";
        }

        if (!terms.Algorithms.IsEmpty)
        {
            yield return $"algorithm is {string.Join(" or ", terms.Algorithms.Order(StringComparer.Ordinal))}";
        }

        foreach (var demand in OfTime(terms))
        {
            yield return demand;
        }

        if (terms.ProofKeyInTpm)
        {
            yield return "proof key in the TPM";
        }

        if (terms.MaxUses is { } most)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"used less than {most} times");
        }

        if (!terms.Makers.IsEmpty)
        {
            yield return $"created by {string.Join(" or ", terms.Makers.Select(Maker).Distinct().Order(StringComparer.Ordinal))}";
        }
    }

    private static string Maker(string named) => named == GrantTerms.Self ? "itself" : named;

    private static IEnumerable<string> OfTime(GrantTerms terms)
    {
        if (terms.NotBefore is { } from)
        {
            yield return $"from {Iso(from)}";
        }

        if (terms.NotAfter is { } until)
        {
            yield return $"until {Iso(until)}";
        }

        if (terms.TokenAge is { } age)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"token younger than {age.TotalSeconds}s");
        }

        if (terms.ForThisRequest)
        {
            yield return "quoted for the request";
        }
    }

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
