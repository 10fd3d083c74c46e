using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Explaining;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>
/// POST /v1/admin/policies/evaluate: what a policy set (<c>files</c>, or the one in force) says about a stored attestation
/// (<c>jti</c>) or about a machine with given register values (<c>machine</c>, <c>pcrs</c>, <c>eventLog</c>), with
/// <c>explain</c> down to the event.
/// </summary>
internal sealed class PolicyEvaluateEndpoint(
    PoliciesInForce policies, Database database, MachineRecords machines, AttestationRecords attestations, EventLogRecords logs,
    TimeProvider time)
    : AdminEndpoint
{
    public override void Configure()
    {
        Post("/v1/admin/policies/evaluate");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var body = (await RequestBody.ReadAsync(HttpContext, RequestBody.EvidenceLimit))
            .Object("files", "jti", "machine", "pcrs", "eventLog", "explain");
        var set = body.Optional("files") is { } files ? PolicyJson.Parse(files, policies.Files.Verifiers) : policies.Current;
        var (machine, boot) = Subject(body);
        var now = time.GetUtcNow();
        var answer = body.OptionalBoolean("explain") == true
            ? ExplanationJson.Of(set.Explain(machine.Facts, boot.State, boot.Events, now))
            : DecisionJson.Of(set.Decide(machine.Facts, boot.State, now));
        ExplanationJson.Refuse(answer, boot);
        answer["machine"] = machine.Id;
        answer["policyDigest"] = set.Digest;
        await JsonAnswer.SendAsync(HttpContext, 200, answer);
    }

    private (Machine Machine, StatedBoot Boot) Subject(StrictObject body)
    {
        if (body.OptionalText("jti") is { } jti)
        {
            if (body.Has("machine") || body.Has("pcrs") || body.Has("eventLog"))
            {
                throw DeniedException.Malformed("either a stored attestation or a machine and its registers", "jti");
            }

            var stored = database.Read(connection => attestations.Find(connection, jti))
                ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such attestation");
            return (Find(stored.Machine), Boot(stored));
        }

        // What if: nothing is granted by it.
        var log = body.OptionalText("eventLog") is { } text ? Base64Url.Decode(text, "eventLog") : null;
        var state = EvidenceFile.ReadRegisters(body.Required("pcrs"));
        return (Find(body.Text("machine")), StatedBoot.Of(state, log is null ? null : (ReadOnlyMemory<byte>?)log));
    }

    // A log that was refused is not kept for ever; that it was refused is.
    private StatedBoot Boot(AttestationRecord stored)
    {
        var log = stored.EventLogDigest is { } digest
            ? database.Read(connection => logs.Find(connection, stored.Machine, digest))
            : null;
        return StatedBoot.Of(stored.Measured, log is null ? null : (ReadOnlyMemory<byte>?)log) with
        {
            Refusal = stored.Reasons?.FirstOrDefault(reason => reason.Code == ReasonCodes.EventLog),
        };
    }

    private Machine Find(string id) => database.Read(connection => machines.Find(connection, id))
        ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such machine");
}
