using System.Collections.Immutable;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>One remote verifier that the broker relies on: VER-1 to VER-3.</summary>
internal sealed record VerifierSettings(string Name, VerifierKind Kind)
{
    /// <summary>Stands for "its results carry none": said, and not merely left out.</summary>
    public const string Absent = "-";

    /// <summary><c>iss</c>, to the letter; null: there must be none.</summary>
    public required string? Issuer { get; init; }

    /// <summary><c>aud</c>, to the letter; null: there must be none.</summary>
    public required string? Audience { get; init; }

    public required ImmutableArray<string> Algorithms { get; init; }

    /// <summary>Values of <c>typ</c>, to the letter.</summary>
    public required ImmutableArray<string> Types { get; init; }

    public required JwksSettings Jwks { get; init; }

    public required ResultProfile Profile { get; init; }

    /// <summary>From <c>iat</c> on, a result counts no longer, whatever its <c>exp</c>.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>By how much its clock may differ from ours.</summary>
    public required TimeSpan Leeway { get; init; }

    /// <summary>The claim that says which caller a passport is of; null: its key does.</summary>
    public ClaimPath? Subject { get; init; }

    /// <summary>Without it the broker is not ready.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Certificates of the authorities of its TLS, as PEM; null: those of the system.</summary>
    public string? TrustedRoots { get; init; }

    /// <summary>Null for passports.</summary>
    public BackgroundSettings? Background { get; init; }
}
