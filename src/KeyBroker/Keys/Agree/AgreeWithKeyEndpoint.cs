using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/agree: what this key shares with another, encrypted to the attested key.</summary>
internal sealed class AgreeWithKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<AgreeWithKey>(gate, answers)
{
    protected override string Verb => Attestation.Policies.Verb.Agree;

    protected override string[] Members => ["peer", "version"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/agree");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override AgreeWithKey ReadOne(Admission admission, StrictObject members)
    {
        var (peer, version) = (PublicJwk.ParseAgreementKey(members.Required("peer")), members.OptionalInt32("version"));
        var approval = admission.Meeting(Use.Plain);
        return new AgreeWithKey(approval.ToEnc(), peer, version) { Recipient = approval.RequireEnc() };
    }
}
