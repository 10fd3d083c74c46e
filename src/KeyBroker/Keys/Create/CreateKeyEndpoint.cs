using FastEndpoints;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys: a new key. The name is in the body, so the body is read before the gate.</summary>
internal sealed class CreateKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : EndpointWithoutRequest
{
    public override void Configure()
    {
        Post("/v1/keys");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        var body = (await RequestBody.ReadAsync(HttpContext)).Object(
            "name", "type", "protection", "residence", "operations", "exportable", "labels");
        var name = body.Text("name");
        if (!ResourceName.IsValid(name))
        {
            throw DeniedException.Malformed("not a name", "name");
        }

        var message = await gate.AdmitAsync(
            HttpContext, (Verb.Create, ResourceKind.Key, name),
            (admission, _) => new CreateKey(admission.Meeting(Use.Plain), Specification(body, admission)));
        await answers.SendOnceAsync(HttpContext, StatusCodes.Status201Created, message, ct);
    }

    private static KeySpec Specification(StrictObject body, Admission admission) =>
        new(admission.ResourceName, body.Text("type"), admission.Machine)
        {
            Protection = body.OptionalText("protection"),
            Residence = body.OptionalText("residence"),
            Operations = body.OptionalTexts("operations"),
            Exportable = body.OptionalBoolean("exportable") ?? false,
            Labels = Hosting.Labels.Parse(body.Optional("labels")),
        };
}
