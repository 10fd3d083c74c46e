using System.Globalization;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>What a case says of a use, in words.</summary>
internal static class StatedUseText
{
    /// <summary>Empty where nothing is said; else it begins with a comma.</summary>
    public static string Of(StatedUse use) => string.Concat(Each(use).Select(text => ", " + text));

    private static IEnumerable<string> Each(StatedUse use)
    {
        if (use.Aad is { } aad)
        {
            yield return aad.IsEmpty ? "no aad" : $"aad {Base64Url.Encode(aad.AsSpan())}";
        }

        if (use.Algorithm is { } algorithm)
        {
            yield return algorithm;
        }

        if (use.To is { } to)
        {
            yield return $"to {DestinationNames.Of(to)}";
        }

        foreach (var text in OfToken(use))
        {
            yield return text;
        }

        if (use.UsedBefore is { } used)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"used {used} times before");
        }

        if (use.Maker is { } maker)
        {
            yield return $"created by {maker}";
        }
    }

    private static IEnumerable<string> OfToken(StatedUse use)
    {
        if (use.TokenAge is { } age)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"token {age.TotalSeconds}s old");
        }

        if (use.IsQuotedFor is { } isQuotedFor)
        {
            yield return isQuotedFor ? "quoted for the request" : "not quoted for the request";
        }

        if (use.HasProofKeyInTpm is { } hasProofKey)
        {
            yield return hasProofKey ? "proof key in the TPM" : "proof key in a file";
        }
    }
}
