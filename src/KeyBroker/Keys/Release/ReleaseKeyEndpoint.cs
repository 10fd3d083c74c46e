using KeyBroker.Gate;
using KeyBroker.Hosting;
using KeyBroker.Recipients;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/release: an exportable key, encrypted to the attested key or wrapped for the machine's TPM.</summary>
internal sealed class ReleaseKeyEndpoint(AccessGate gate, KeyAnswers answers, RecipientReader recipients) : KeyEndpoint(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Release;

    public override void Configure()
    {
        Post("/v1/keys/{name}/release");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override KeyMessage Read(Admission admission, RequestBody body)
    {
        var (members, approval) = (body.Object("version", "to"), admission.Meeting(Use.Plain));
        var target = recipients.Read(approval, members.Required("to"));
        return new ReleaseKey(target.Narrow(approval), target, members.OptionalInt32("version"));
    }
}
