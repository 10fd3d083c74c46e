using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicyAuthorize (TPM 2.0 Part 3, 23.16): another policy, which a key has approved.</summary>
internal sealed record AuthorizeStep(TpmName Key, ReadOnlyMemory<byte> PolicyRef) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.Authorize(Key, PolicyRef.Span);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        Find(session, means, before) is not null;

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        var approval = Need(Find(session, means, before), $"a policy that {Key} approved");
        approval.Approved.Execute(session, means, before);
        var digest = approval.Approved.Extend(before).Value;
        session.Authorize(digest, PolicyRef, Key, Verify(session.Tpm, approval, digest));
    }

    private PolicyApproval? Find(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        means.Approvals.FirstOrDefault(approval => approval.Key.Name == Key
            && approval.Approved.IsPossible(session, means, before)
            && approval.Covers(approval.Approved.Extend(before).Value, PolicyRef.Span));

    private TpmTicket Verify(Tpm tpm, PolicyApproval approval, byte[] digest)
    {
        // Only keys of a hierarchy with a proof get a ticket that counts.
        var key = tpm.Execute(new LoadExternal(approval.Key, TpmHandle.Owner));
        try
        {
            var signed = PolicyApproval.SignedDigest(approval.Key, digest, PolicyRef.Span);
            return tpm.Execute(new VerifySignature(key, signed, approval.Signature));
        }
        finally
        {
            tpm.Execute(new FlushContext(key.Handle));
        }
    }
}
