using System.Globalization;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies.Review;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
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
        var (set, count) = (policies.Current, 0);
        var used = uses.Since(now - window);
        var machines = states.Machines().Select(machine => machine.Facts).ToList();
        var review = states.JudgeSince(now - window, shown => PolicyReview.Of(
            set,
            machines,
            shown.Select(Counted),
            used.Uses,
            (now, window)));
        var answer = ReviewJson.Of(review, now);
        (answer["policyDigest"], answer["days"]) = (set.Digest, days);
        (answer["states"], answer["auditRecords"], answer["auditWhole"]) = (count, used.Records, used.IsWhole);
        return JsonAnswer.SendAsync(HttpContext, 200, answer);

        SeenState Counted((AttestationRecord, Machine) stored)
        {
            count++;
            return StoredStates.Seen(stored);
        }
    }

    private int? Days() => HttpContext.Request.Query["days"] switch
    {
        [] => null,
        [var text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) => days,
        _ => throw DeniedException.Malformed("a number of days", "days"),
    };
}
