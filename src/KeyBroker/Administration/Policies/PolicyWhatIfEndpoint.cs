using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Policies.Comparing;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>
/// POST /v1/admin/policies/what-if: what a draft (<c>files</c>) instead of the set in force (or <c>base</c>) would do to the
/// machines, by the states that they have shown in the last <c>days</c>.
/// </summary>
internal sealed class PolicyWhatIfEndpoint(PoliciesInForce policies, StoredStates states, TimeProvider time) : AdminEndpoint
{
    public const int MostDays = 3650;
    public const int UsualDays = 30;

    public override void Configure()
    {
        Post("/v1/admin/policies/what-if");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var body = (await RequestBody.ReadAsync(HttpContext, RequestBody.EvidenceLimit)).Object("files", "base", "days");
        var draft = PolicyJson.Parse(body.Required("files"));
        var current = body.Optional("base") is { } files ? PolicyJson.Parse(files) : policies.Current;
        var days = Days(body.OptionalInt32("days"));
        var now = time.GetUtcNow();
        var shown = states.Since(now.AddDays(-days));
        var changes = shown
            .Select(one => (one.Record, one.Machine, Change: StateChange.Of((current, draft), one.Machine.Facts, one.Record.Measured, now)))
            .Where(one => one.Change.Loses || one.Change.Gains)
            .ToList();
        var newest = shown.DistinctBy(one => one.Machine.Id).Select(one => one.Record.Jti).ToHashSet(StringComparer.Ordinal);
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["policyDigest"] = current.Digest,
            ["draftDigest"] = draft.Digest,
            ["days"] = days,
            ["machines"] = newest.Count,
            ["states"] = shown.Count,
            ["losing"] = changes.Where(one => one.Change.Loses).DistinctBy(one => one.Machine.Id).Count(),
            ["gaining"] = changes.Where(one => one.Change.Gains).DistinctBy(one => one.Machine.Id).Count(),
            ["changes"] = new JsonArray([.. changes.Select(one => Of(one.Record, one.Machine, one.Change, newest.Contains(one.Record.Jti)))]),
        });
    }

    public static int Days(int? days) => days switch
    {
        null => UsualDays,
        >= 1 and <= MostDays => days.Value,
        _ => throw DeniedException.Malformed($"1 to {MostDays} days", "days"),
    };

    private static JsonObject Of(AttestationRecord record, Machine machine, StateChange change, bool isNewest)
    {
        var json = ComparisonJson.Of(change);
        (json["machine"], json["name"], json["jti"]) = (machine.Id, machine.Name, record.Jti);
        (json["attestedAt"], json["newest"]) = (Timestamp.Of(record.IssuedAt), isNewest);
        return json;
    }
}
