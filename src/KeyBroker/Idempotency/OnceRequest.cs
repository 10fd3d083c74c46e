using System.Text.Json.Nodes;
using KeyBroker.Pipeline;

namespace KeyBroker.Idempotency;

/// <summary>A request that is answered once for one Idempotency-Key.</summary>
/// <param name="Key">Reads the key; null where there is none; refuses what is none.</param>
/// <param name="Subject">What the record of a repetition or a refusal says.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="Send">Sends what was kept.</param>
internal sealed record OnceRequest(Func<IdempotencyKey?> Key, AuditSubject Subject, int Status, Func<int, JsonObject, Task> Send);
