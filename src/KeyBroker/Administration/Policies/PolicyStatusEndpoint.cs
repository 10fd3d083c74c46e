using System.Globalization;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies.Review;
using KeyBroker.Attestations;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>
/// GET /v1/admin/policies/status: what of the set in force does nothing, ends soon, or is only observed, by the attestations
/// and the audit of the last <c>days</c>.
/// </summary>
internal sealed class PolicyStatusEndpoint(PoliciesInForce policies, StoredStates states, GrantUses uses, TimeProvider time) : AdminEndpoint
{
    public override void Configure()
    {
        Get("/v1/admin/policies/status");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override Task ServeAsync(CancellationToken cancellationToken)
    {
        var days = PolicyWhatIfEndpoint.Days(Days());
        var (now, window) = (time.GetUtcNow(), TimeSpan.FromDays(days));
        var shown = states.Since(now - window);
        var used = uses.Since(now - window);
        var review = PolicyReview.Of(
            policies.Current,
            [.. states.Machines().Select(machine => machine.Facts)],
            [.. shown.Select(StoredStates.Seen)],
            used.Uses,
            (now, window));
        var answer = ReviewJson.Of(review, now);
        (answer["policyDigest"], answer["days"]) = (policies.Current.Digest, days);
        (answer["states"], answer["auditRecords"], answer["auditWhole"]) = (shown.Count, used.Records, used.IsWhole);
        return JsonAnswer.SendAsync(HttpContext, 200, answer);
    }

    private int? Days() => HttpContext.Request.Query["days"] switch
    {
        [] => null,
        [var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) => days,
        _ => throw DeniedException.Malformed("a number of days", "days"),
    };
}
