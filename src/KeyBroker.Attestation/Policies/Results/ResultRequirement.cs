using System.Collections.Immutable;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Attestation.Policies.Results;

/// <summary>What one verifier must have said: a status, claims, or both; something always.</summary>
/// <param name="Verifier">The name that the broker's configuration gives it.</param>
/// <param name="Status">Affirming, or warning, which affirming is better than; null: the claims alone count.</param>
/// <param name="Claims">All of which must hold.</param>
public sealed record ResultRequirement(string Verifier, ResultStatus? Status, ImmutableArray<ClaimCondition> Claims)
{
    /// <summary>In the words of the file.</summary>
    public string Text => string.Join(", ", Words());

    /// <summary>Why it does not hold; none: it does.</summary>
    public IEnumerable<Reason> Check(MeasuredState state, DateTimeOffset now)
    {
        if (state.ResultOf(Verifier, now) is not { } result)
        {
            var was = state.Results.Any(known => known.Verifier == Verifier) ? "its result has expired" : "there is no result of it";
            return [new Reason(ReasonCodes.PolicyResult, $"verifier {Verifier}: {was}") { Expected = [Text] }];
        }

        return CheckStatus(result).Concat(Claims.Select(claim => claim.Check(result)).OfType<Reason>());
    }

    private IEnumerable<Reason> CheckStatus(AttestationResult result)
    {
        var isMet = Status is null || result.Status == ResultStatus.Affirming || (result.Status == Status && Status == ResultStatus.Warning);
        if (!isMet)
        {
            var actual = result.Status is { } status ? ResultStatuses.NameOf(status) : "not stated";
            var expected = ResultStatuses.NameOf(Status!.Value);
            yield return new Reason(ReasonCodes.PolicyResult, $"verifier {Verifier}: the status is {actual}; expected: {expected}")
            {
                Actual = actual,
                Expected = [expected],
            };
        }
    }

    private IEnumerable<string> Words()
    {
        yield return Verifier;
        if (Status is { } status)
        {
            yield return $"status {ResultStatuses.NameOf(status)}";
        }

        foreach (var claim in Claims)
        {
            yield return claim.Text;
        }
    }
}
