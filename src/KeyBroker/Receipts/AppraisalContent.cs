using System.Security.Cryptography;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Quotes;

namespace KeyBroker.Receipts;

/// <summary>What an appraisal tells a relying party of one machine's evidence.</summary>
internal sealed record AppraisalContent(string Client, string Machine, byte[] Nonce, Decision Decision)
{
    private const int IdBytes = 16;

    public string Jti { get; } = Base64Url.Encode(RandomNumberGenerator.GetBytes(IdBytes));

    public required TrustVector Vector { get; init; }

    public required BootCounters Boot { get; init; }

    public required byte[] PcrDigest { get; init; }

    /// <summary>The thumbprint of the proof key that the quote is over.</summary>
    public required string CnfThumbprint { get; init; }

    /// <summary>The thumbprint of the encryption key that the quote is over; null where there is none.</summary>
    public string? EncThumbprint { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required TimeSpan Lifetime { get; init; }
}
