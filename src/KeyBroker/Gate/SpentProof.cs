using KeyBroker.Audit;
using KeyBroker.Storage;

namespace KeyBroker.Gate;

/// <summary>
/// A proof that this broker has not seen before and takes from nobody again. It becomes durable with the record of what it
/// was shown for: a broker that dies before that has answered nothing.
/// </summary>
internal sealed class SpentProof(byte[] id, DateTimeOffset usableUntil) : ISpending
{
    private bool _wasWritten;

    public void Spend(WriteTransaction transaction, bool isDone)
    {
        var isFirst = ProofLedger.Insert(transaction, "proofs", id, usableUntil);

        // One request may leave two records, as when its twin was answered meanwhile. A row of somebody else's is another broker's.
        if (!isFirst && isDone && !_wasWritten)
        {
            throw DpopProof.Reused();
        }

        _wasWritten = true;
    }
}
