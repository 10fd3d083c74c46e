namespace KeyBroker.Attestation.Policies;

/// <summary>One thing wrong in one place of one policy file. Lines and columns count from 1; 0 is the file as such.</summary>
public sealed record PolicyError(string File, int Line, int Column, string Message)
{
    public const string Invalid = "policy-invalid";
    public const string WeakValue = "weak-value";

    public string Code { get; init; } = Invalid;

    /// <summary>The word that was probably meant instead; the message says it too.</summary>
    public string? Meant { get; init; }

    /// <summary>From when on this is so; null: always.</summary>
    public DateTimeOffset? Since { get; init; }

    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}
