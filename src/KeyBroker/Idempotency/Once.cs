using System.Text.Json.Nodes;
using KeyBroker.Storage;

namespace KeyBroker.Idempotency;

/// <summary>A request that is to happen once: keeps its first answer in the transaction that makes it happen.</summary>
internal sealed class Once(FirstAnswerStore store, IdempotencyKey key, int status)
{
    /// <summary>The claims of the answer; null before it happened.</summary>
    public JsonObject? Kept { get; private set; }

    /// <exception cref="AnsweredMeanwhileException">The same request happened while this one was under way.</exception>
    public void Keep(WriteTransaction transaction, JsonObject claims)
    {
        store.Insert(transaction, key, new FirstAnswer(status, claims));
        Kept = claims;
    }
}
