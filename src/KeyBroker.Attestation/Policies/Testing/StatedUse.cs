using System.Collections.Immutable;

namespace KeyBroker.Attestation.Policies.Testing;

/// <summary>What a case says of a use beside its name and verb, for the terms of grants; what is null is not looked at.</summary>
public sealed record StatedUse
{
    /// <summary>A use of which nothing is said.</summary>
    public static StatedUse Nothing { get; } = new();

    /// <summary>No bytes: a use without aad.</summary>
    public ImmutableArray<byte>? Aad { get; init; }

    public string? Algorithm { get; init; }

    public TimeSpan? TokenAge { get; init; }

    /// <summary>True where the quote was made for the request.</summary>
    public bool? IsQuotedFor { get; init; }

    /// <summary>True where the machine's TPM certified the proof key.</summary>
    public bool? HasProofKeyInTpm { get; init; }

    /// <summary>How often the machine did this before.</summary>
    public int? UsedBefore { get; init; }

    /// <summary>Who created what is used: <see cref="GrantTerms.Self"/>, the id of a machine, or an administrator.</summary>
    public string? Maker { get; init; }

    public Destination? To { get; init; }

    /// <summary>True when every term of the grant that something is said of holds; the token must be alive as well.</summary>
    /// <param name="grant">One that allows the verb on the name.</param>
    /// <param name="caller">The machine of the case.</param>
    /// <param name="lifetime">Of the token; null where no policy names one.</param>
    public bool Meets(Grant grant, string caller, TimeSpan? lifetime)
    {
        var terms = grant.Terms;
        return Admitted(terms)
            && (TokenAge is not { } age || (age < (terms.TokenAge ?? TimeSpan.MaxValue) && age < (lifetime ?? TimeSpan.MaxValue)))
            && (IsQuotedFor is not false || !terms.ForThisRequest)
            && (HasProofKeyInTpm is not false || !terms.ProofKeyInTpm)
            && (UsedBefore is not { } used || used < (terms.MaxUses ?? int.MaxValue))
            && (Maker is null || terms.IsAboutWhatWasMadeBy(Maker == GrantTerms.Self ? caller : Maker, caller))
            && (To is not { } to || to >= LeastOf(grant));
    }

    public override string ToString() => StatedUseText.Of(this);

    private bool Admitted(GrantTerms terms) => (terms with
    {
        Aad = Aad is null ? null : terms.Aad,
        Algorithms = Algorithm is null ? [] : terms.Algorithms,
    }).Admits(Aad is { } aad ? aad.AsSpan() : [], Algorithm);

    private static Destination LeastOf(Grant grant) =>
        grant.OnlyToTpm ? Destination.Tpm : grant.OnlyToEnc ? Destination.Enc : Destination.Clear;
}
