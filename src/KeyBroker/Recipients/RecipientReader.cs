using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Attestations;
using KeyBroker.Gate;

namespace KeyBroker.Recipients;

/// <summary>Reads the <c>to</c> of a release, and lets nobody pass to whom this approval does not release.</summary>
internal sealed class RecipientReader(AttestationKeys keys)
{
    /// <exception cref="DeniedException">request-malformed, evidence-malformed, operation-denied or operation-unsupported.</exception>
    public ReleaseTarget Read(Approval approval, JsonElement to) => to.ValueKind switch
    {
        JsonValueKind.Object => ReadTpm(approval, StrictJson.Object(to, "tpm2").Required("tpm2")),
        JsonValueKind.String when to.ValueEquals("enc") => new EncRecipient(approval.RequireEnc()),
        _ => throw DeniedException.Malformed("\"enc\" or {\"tpm2\":{...}} is expected", "to"),
    };

    // A grant that demands enc is content with this: it opens in no software at all, and in one state only.
    private TpmRecipient ReadTpm(Approval approval, JsonElement tpm2)
    {
        if (approval.Enrolled.AkPublic is null)
        {
            throw new DeniedException(ProblemCodes.OperationUnsupported, "no TPM of this caller is enrolled: a remote verifier vouches for it");
        }

        var members = StrictJson.Object(tpm2, "parent", "certify", "signature");
        var parent = StorageParent.Check(CertifiedClaim.ParseParent(members, "to.tpm2"), keys.Of(approval.Enrolled));
        return new TpmRecipient(parent, StatePolicy.Of(approval.Measured));
    }
}
