using System.Text;
using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestations;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;
using KeyBroker.Storage;

namespace KeyBroker.Administration;

/// <summary>
/// POST /v1/admin/policies/evaluate: what a policy set (<c>files</c>, or the one in force) says about a stored attestation
/// (<c>jti</c>) or about a machine with given register values (<c>machine</c>, <c>pcrs</c>).
/// </summary>
internal sealed class PolicyEvaluateEndpoint(
    PoliciesInForce policies, Database database, MachineRecords machines, AttestationRecords attestations, TimeProvider time)
    : AdminEndpoint
{
    public override void Configure()
    {
        Post("/v1/admin/policies/evaluate");
        AllowAnonymous(); // The socket's file mode is the credential.
    }

    protected override async Task ServeAsync(CancellationToken cancellationToken)
    {
        var body = (await RequestBody.ReadAsync(HttpContext, RequestBody.EvidenceLimit)).Object("files", "jti", "machine", "pcrs");
        var set = body.Optional("files") is { } files ? Parse(files) : policies.Current;
        var (machine, state) = Subject(body);
        var answer = PolicyJson.Of(set.Decide(machine.Facts, state, time.GetUtcNow()));
        answer["machine"] = machine.Id;
        answer["policyDigest"] = set.Digest;
        await JsonAnswer.SendAsync(HttpContext, 200, answer);
    }

    private static PolicySet Parse(JsonElement files)
    {
        _ = StrictJson.OpenObject(files);
        try
        {
            return PolicySet.Of(
                [.. files.EnumerateObject().Select(file => new PolicyFile(file.Name, Encoding.UTF8.GetBytes(StrictObject.Text(file.Value, "files"))))]);
        }
        catch (PolicyException invalid)
        {
            throw PolicyJson.Refusal(invalid);
        }
    }

    private (Machine Machine, MeasuredState State) Subject(StrictObject body)
    {
        if (body.OptionalText("jti") is { } jti)
        {
            var stored = database.Read(connection => attestations.Find(connection, jti))
                ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such attestation");
            return (Find(stored.Machine), stored.Measured);
        }

        var values = PcrValues.Parse(body.Required("pcrs"))
            .SelectMany(bank => bank.Value.Select(register => ((bank.Key, register.Key), register.Value)))
            .ToDictionary();
        return (Find(body.Text("machine")), MeasuredState.DangerousFromValues(values)); // What if: nothing is granted by it.
    }

    private Machine Find(string id) => database.Read(connection => machines.Find(connection, id))
        ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such machine");
}
