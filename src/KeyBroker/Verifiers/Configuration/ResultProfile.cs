using System.Collections.Immutable;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>How the results of a kind of verifier say what matters: VER-20 to VER-24.</summary>
internal sealed record ResultProfile(string Name, IStatusRule Status)
{
    /// <summary>What <c>eat_profile</c> may be, to the letter; empty: no such claim is asked for.</summary>
    public ImmutableArray<string> EatProfiles { get; init; } = [];

    /// <summary>True where the results need not say when they end; the age ends them all the same.</summary>
    public bool MayLackExpiry { get; init; }

    /// <summary>The claim with the nonce, or the digest of the runtime data; null: <see cref="Runtime"/> has it all.</summary>
    public ClaimPath? Nonce { get; init; }

    /// <summary>The claim with the proof key; asked for where the nonce alone was bound, or where configured.</summary>
    public ClaimPath? Key { get; init; }

    /// <summary>True where <see cref="Key"/> must hold whatever else does.</summary>
    public bool AlwaysKey { get; init; }

    /// <summary>The claim with the encryption key.</summary>
    public ClaimPath? Enc { get; init; }

    /// <summary>The claim with the whole runtime data, or its digest.</summary>
    public ClaimPath? Runtime { get; init; }
}
