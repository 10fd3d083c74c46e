using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies.Steps;

/// <summary>TPM2_PolicySigned (TPM 2.0 Part 3, 23.3), for the one session.</summary>
internal sealed record SignedStep(TpmName Key, ReadOnlyMemory<byte> PolicyRef) : PolicyStep
{
    internal override PolicyDigest Extend(PolicyDigest before) => before.Signed(Key, PolicyRef.Span);

    internal override bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before) =>
        means.FindSigner(Key) is not null;

    internal override void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        var signer = Need(means.FindSigner(Key), $"a signature by {Key}");
        var nonce = session.NonceTpm.ToArray();
        var signature = signer.Sign(SignedPolicy.ToBeSigned(nonce, [], PolicyRef.Span));
        var key = session.Tpm.Execute(new LoadExternal(signer.Key, TpmHandle.Null));
        try
        {
            session.Signed(key, new SignedPolicy(nonce, default, PolicyRef, signature));
        }
        finally
        {
            session.Tpm.Execute(new FlushContext(key.Handle));
        }
    }
}
