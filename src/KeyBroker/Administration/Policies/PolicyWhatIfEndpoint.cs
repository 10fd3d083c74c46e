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
        var draft = PolicyJson.Parse(body.Required("files"), policies.Files.Verifiers);
        var current = body.Optional("base") is { } files ? PolicyJson.Parse(files, policies.Files.Verifiers) : policies.Current;
        var days = Days(body.OptionalInt32("days"));
        var now = time.GetUtcNow();
        var judged = states.JudgeSince(now.AddDays(-days), shown => shown
            .Select(one => (one.Machine, one.Record.Jti, one.Record.IssuedAt, Change: Change(one.Record, one.Machine)))
            .ToList());
        var changes = judged.Where(one => one.Change is not null).ToList();
        var newest = judged.DistinctBy(one => one.Machine.Id).Select(one => one.Jti).ToHashSet(StringComparer.Ordinal);
        await JsonAnswer.SendAsync(HttpContext, 200, new JsonObject
        {
            ["policyDigest"] = current.Digest,
            ["draftDigest"] = draft.Digest,
            ["days"] = days,
            ["machines"] = newest.Count,
            ["states"] = judged.Count,
            ["losing"] = changes.Where(one => one.Change!.Loses).DistinctBy(one => one.Machine.Id).Count(),
            ["gaining"] = changes.Where(one => one.Change!.Gains).DistinctBy(one => one.Machine.Id).Count(),
            ["changes"] = new JsonArray([.. changes.Select(one =>
            {
                var json = ComparisonJson.Of(one.Change!);
                (json["machine"], json["name"], json["jti"]) = (one.Machine.Id, one.Machine.Name, one.Jti);
                (json["attestedAt"], json["newest"]) = (Timestamp.Of(one.IssuedAt), newest.Contains(one.Jti));
                return json;
            })]),
        });

        // Results end within minutes: what counts here is what the machine would bring again.
        StateChange? Change(AttestationRecord record, Machine machine) =>
            StateChange.Of((current, draft), machine.Facts, record.Measured.DangerousRenewed(), now) is { } change && (change.Loses || change.Gains) ? change : null;
    }

    public static int Days(int? days) => days switch
    {
        null => UsualDays,
        >= 1 and <= MostDays => days.Value,
        _ => throw DeniedException.Malformed($"1 to {MostDays} days", "days"),
    };
}
