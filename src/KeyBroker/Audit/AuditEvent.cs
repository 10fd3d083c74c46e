namespace KeyBroker.Audit;

/// <summary>One thing that happened or was refused: identifiers and digests, never a secret, a token, a nonce or a key.</summary>
internal sealed record AuditEvent
{
    /// <summary>The outcome of what was done and not refused.</summary>
    public const string Done = "done";

    public required string Operation { get; init; }

    /// <summary><c>done</c>, <c>denied</c>, <c>failed</c>, or <c>discarded</c> after a <c>failed</c> whose work ended late.</summary>
    public required string Outcome { get; init; }

    /// <summary>The problem code of a refusal.</summary>
    public string? Code { get; init; }

    public IReadOnlyList<string>? Reasons { get; init; }

    public string? Machine { get; init; }

    /// <summary><c>keys/NAME</c>, <c>secrets/NAME</c> or another path-like name.</summary>
    public string? Resource { get; init; }

    public int? Version { get; init; }

    /// <summary>The versions that a batch used, where there were several.</summary>
    public IReadOnlyList<int>? Versions { get; init; }

    /// <summary>How many items a batch had.</summary>
    public int? Items { get; init; }

    public string? Policy { get; init; }

    /// <summary>What policies that are only observed say of an attestation: <c>NAME holds</c> or <c>NAME CODE...</c>.</summary>
    public IReadOnlyList<string>? Observed { get; init; }

    public string? PolicyDigest { get; init; }

    /// <summary>Whom bytes that were opened went to: <c>clear</c>, <c>enc</c>, <c>enc-tpm</c>, <c>tpm</c>; several in one batch are apart by a space.</summary>
    public string? Recipient { get; init; }

    public string? Jti { get; init; }

    public string? RequestId { get; init; }

    /// <summary><c>uid:N</c> on the admin socket.</summary>
    public string? Peer { get; init; }

    /// <summary>What an administrator asked for, member by member: <c>name=</c> and the value as JSON.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>SHA-256 of the request body as sent.</summary>
    public byte[]? RequestDigest { get; init; }

    /// <summary>What is used up by what happened; no part of the record, but of its transaction.</summary>
    public ISpending? Spends { get; init; }
}
