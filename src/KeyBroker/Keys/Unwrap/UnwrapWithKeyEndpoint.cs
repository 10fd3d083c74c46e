using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/unwrap: the key in what wrap or data-key gave.</summary>
internal sealed class UnwrapWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<UnwrapWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Unwrap;

    protected override string[] Members => ["wrapped", "aad", "to"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/unwrap");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override UnwrapWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (wrapped, aad) = (members.Text("wrapped"), members.OptionalBytes("aad"));
        var (approval, key) = Recipient.Of(admission.Meeting(new Use { Aad = aad }), members.OptionalText("to"));
        return new UnwrapWithKey(approval, wrapped, aad) { Recipient = key };
    }
}
