using System.Text.Json;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>One claim whose words mean a status; every other word is contraindicated, and no word is none.</summary>
internal sealed class ClaimStatus(ClaimPath path, IReadOnlyCollection<string> affirming, IReadOnlyCollection<string> warning) : IStatusRule
{
    public ResultStatus? Of(JsonElement claims) => path.Find(claims) switch
    {
        null => ResultStatus.None,
        { ValueKind: JsonValueKind.String } word when affirming.Contains(word.GetString()!, StringComparer.Ordinal) => ResultStatus.Affirming,
        { ValueKind: JsonValueKind.String } word when warning.Contains(word.GetString()!, StringComparer.Ordinal) => ResultStatus.Warning,
        _ => ResultStatus.Contraindicated,
    };
}
