using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Receipts;

namespace KeyBroker.Recipients;

/// <summary>The key that the evidence named as <c>enc</c>.</summary>
internal sealed record EncRecipient(PublicJwk Key) : ReleaseTarget
{
    public override Approval Narrow(Approval approval) => approval.ToEnc();

    public override string NameFor(Approval approval) => Recipient.NameOf(approval, Key);

    public override JsonObject Deliver(ReadOnlySpan<byte> value, string? contentType = null) =>
        new() { ["jwe"] = JweEncrypter.Encrypt(Key, value, contentType) };
}
