using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;

namespace KeyBroker.Vault;

/// <summary>The broker's own attestation key: a primary of the endorsement hierarchy, the same at every start.</summary>
internal sealed class BrokerAttestationKey(TpmWorker worker, byte[] name)
{
    private TpmPublic? _area;

    /// <summary>Hex.</summary>
    public string Name => Convert.ToHexStringLower(name);

    public TpmPublic Area => _area ?? throw new InvalidOperationException("the attestation key was not checked yet");

    /// <summary>Makes the key once, for its name.</summary>
    public static byte[] NameIn(TpmSessionScope scope) =>
        scope.Primary(VaultTemplates.BrokerAttestationKey).Name.Bytes.ToArray();

    /// <exception cref="TpmIdentityChangedException">The endorsement hierarchy makes another key than before.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        var area = await worker.RunAsync(
            scope => scope.Primary(VaultTemplates.BrokerAttestationKey), cancellation);
        _area = area.Name.Bytes.Span.SequenceEqual(name)
            ? area
            : throw new TpmIdentityChangedException("its endorsement hierarchy is another");
    }

    /// <summary>Quotes registers over up to 64 bytes of the caller's, after everybody who waits for a key.</summary>
    public async Task<BrokerQuote> QuoteAsync(
        ReadOnlyMemory<byte> extraData, IReadOnlyList<PcrSelection> pcrs, CancellationToken cancellation = default)
    {
        var quote = await worker.RunAsync(
            scope => scope.Quote(VaultTemplates.BrokerAttestationKey, extraData, pcrs), cancellation,
            TpmPriority.Bulk);
        using var key = Area.ToKey();

        // K11. What the TPM, or something between us and it, calls a signature is one.
        return quote.Signature.VerifyData(key, quote.Attest)
            ? quote
            : throw new TpmResultException("the TPM returned a quote that its own key does not verify");
    }
}
