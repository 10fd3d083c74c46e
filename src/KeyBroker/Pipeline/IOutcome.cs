using KeyBroker.Gate;
using KeyBroker.Storage;

namespace KeyBroker.Pipeline;

/// <summary>What the audit behaviour needs of an outcome, whatever its value.</summary>
internal interface IOutcome
{
    Action<WriteTransaction>? Commit { get; }

    Func<Task>? Abandon { get; }

    Action<WriteTransaction, long>? Recorded { get; }

    int? Version { get; }

    IReadOnlyList<int>? Versions { get; }

    int? Items { get; }

    IReadOnlyList<string>? Reasons { get; }

    /// <summary>Whom it was about, where the message did not know.</summary>
    string? Machine { get; }

    string? Jti { get; }

    string? PolicyDigest { get; }

    IReadOnlyList<string>? Observed { get; }

    string? Recipient { get; }

    /// <summary>The approvals of what was done, where not the message's own covers it all.</summary>
    IReadOnlyList<Approval>? Approvals { get; }

    long Sequence { get; set; }

    DateTimeOffset At { get; set; }

    /// <summary>The same outcome; this runs in the transaction before its own commit.</summary>
    IOutcome CommitFirst(Action<WriteTransaction> check);
}
