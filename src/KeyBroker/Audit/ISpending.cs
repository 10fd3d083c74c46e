using KeyBroker.Storage;

namespace KeyBroker.Audit;

/// <summary>Something that works once, and is used up in the transaction that records what it was used for.</summary>
internal interface ISpending
{
    /// <param name="isDone">The record says that something was done: then nobody else may have used it.</param>
    /// <exception cref="KeyBroker.Attestation.DeniedException">It was used before; the transaction must not be committed.</exception>
    void Spend(WriteTransaction transaction, bool isDone);
}
