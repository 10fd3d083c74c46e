using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>POST /v1/keys/{name}/data-key: a fresh key, encrypted to the attested key, and wrapped.</summary>
internal sealed class MakeDataKeyEndpoint(AccessGate gate, KeyAnswers answers)
    : KeyUseEndpoint<MakeDataKey>(gate, answers)
{
    private const int DefaultLength = 32;
    private static readonly int[] s_lengths = [16, 24, 32, 48, 64];

    protected override string Verb => Attestation.Policies.Verb.DataKey;

    protected override string[] Members => ["bytes", "aad"];

    public override void Configure()
    {
        Post("/v1/keys/{name}/data-key");
        AllowAnonymous(); // The gate decides: specs/protocol.md, section 5.
    }

    protected override MakeDataKey ReadOne(Admission admission, StrictObject members)
    {
        var (length, aad) = (Length(members), members.OptionalBytes("aad"));
        var approval = admission.Meeting(new Use { Aad = aad });
        return new MakeDataKey(approval.ToEnc(), length, aad) { Recipient = approval.RequireEnc() };
    }

    private static int Length(StrictObject members)
    {
        var length = members.OptionalInt32("bytes") ?? DefaultLength;
        return s_lengths.Contains(length)
            ? length
            : throw DeniedException.Malformed($"one of {string.Join(", ", s_lengths)} is expected", "bytes");
    }
}
