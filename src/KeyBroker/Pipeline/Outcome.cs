using KeyBroker.Gate;
using KeyBroker.Storage;

namespace KeyBroker.Pipeline;

/// <summary>What a handler made, and what must be written in the same transaction as its audit record.</summary>
internal sealed record Outcome<T>(T Value, Action<WriteTransaction>? Commit = null) : IOutcome
{
    /// <summary>Runs where the commit failed, so that what was reserved for it is free at once.</summary>
    public Func<Task>? Abandon { get; init; }

    /// <summary>Runs in the same transaction, once the audit record has its number.</summary>
    public Action<WriteTransaction, long>? Recorded { get; init; }

    /// <summary>The versions that took part, where there were several.</summary>
    public IReadOnlyList<int>? Versions { get; init; }

    /// <summary>The key versions that it rests on, and what each has to admit still, where that is not the version it names and the verb of the call.</summary>
    public IReadOnlyList<(int Version, string Verb)>? RestsOn { get; init; }

    /// <summary>How many items a batch had.</summary>
    public int? Items { get; init; }

    /// <summary>The approvals of what was done, where not the message's own covers it all.</summary>
    public IReadOnlyList<Approval>? Approvals { get; init; }

    /// <summary>The codes of what was refused within an operation that was done.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>The key or secret version that the operation was about, where the message did not name it.</summary>
    public int? Version { get; init; }

    /// <summary>Whom it was about, where the message did not know.</summary>
    public string? Machine { get; init; }

    /// <summary>The token that the operation issued.</summary>
    public string? Jti { get; init; }

    /// <summary>The policy set that the operation was judged by, where the message did not name it.</summary>
    public string? PolicyDigest { get; init; }

    /// <summary>What observed policies would have done, for the audit.</summary>
    public IReadOnlyList<string>? Observed { get; init; }

    /// <summary>Whom bytes that were opened go to, for the audit.</summary>
    public string? Recipient { get; init; }

    /// <summary>The number of the audit record; set once the record is durable.</summary>
    public long Sequence { get; set; }

    /// <summary>When it was recorded; set once the record is durable.</summary>
    public DateTimeOffset At { get; set; }

    public IOutcome CommitFirst(Action<WriteTransaction> check) => this with { Commit = check + Commit };
}
