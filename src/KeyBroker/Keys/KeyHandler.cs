using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>What the handlers of key messages share: finding the approved key, and wording the outcome.</summary>
internal abstract class KeyHandler<TMessage>(KeyVault vault) : IRequestHandler<TMessage, Outcome<KeyResult>>
    where TMessage : KeyMessage
{
    protected KeyVault Vault { get; } = vault;

    public abstract Task<Outcome<KeyResult>> Handle(TMessage request, CancellationToken cancellationToken);

    /// <summary>The key that the admission names, and no other.</summary>
    /// <exception cref="DeniedException">not-found.</exception>
    protected KeyRecord Find(Admission admission) => Vault.Find(admission.ResourceName)
        ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such key");

    /// <summary>The same with the primary version, and the one that is named if there is such a one: no other is read.</summary>
    /// <exception cref="DeniedException">not-found.</exception>
    protected KeyRecord Find(Admission admission, int? version) => Vault.Find(admission.ResourceName, version ?? 0)
        ?? throw new DeniedException(ProblemCodes.NotFound, "there is no such key");

    protected static Outcome<KeyResult> Done(KeyRecord key, int version, JsonObject result) =>
        new(new KeyResult(key, key.Version(version) ?? key.Primary, result)) { Version = version };

    /// <summary>Something was made; where it is to be made once, its first answer is kept in the transaction that makes it real.</summary>
    protected static Outcome<KeyResult> Done(Prepared<KeyRecord> prepared, TMessage request, ReceiptSigner signer)
    {
        var key = prepared.Value;
        var result = new KeyResult(key, key.Primary, KeyDocument.Made(key.Primary));
        return new(result, prepared.Commit)
        {
            Version = key.PrimaryVersion,
            Abandon = prepared.Abandon,
            Recorded = (transaction, sequence) =>
                request.Once?.Keep(transaction, KeyAnswers.Claims(signer, request.Admission, sequence, result)),
        };
    }
}
