using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.TpmAccess;
using KeyBroker.Vault;

namespace KeyBroker.Audit;

/// <summary>
/// A counter in the TPM that only goes up, and only for whoever has the sealed root: nobody writes it, and one that is made
/// anew begins above every value that any counter of this TPM ever had (Part 1, 37.2.4).
/// </summary>
internal sealed class AuditCounter(TpmWorker worker, BrokerAttestationKey attestationKey, RootKeys root, TpmHandle firstIndex)
{
    private const int Places = 16;

    private const NvAttributes Attributes = NvAttributes.Counter | NvAttributes.AuthWrite | NvAttributes.AuthRead
        | NvAttributes.OwnerRead // An administrator may look with tpm2_nvread.
        | NvAttributes.NoDa; // TPM-22: a neighbour's wrong passwords must not lock the broker out.

    public TpmHandle FirstIndex => firstIndex;

    private readonly byte[] _auth = root.Derive("audit-counter", 32);

    public TpmPublic SignerArea => attestationKey.Area;

    /// <summary>The counter of this root that the TPM has already, or else one that there is room for; null where there is none.</summary>
    public Task<(NvPublic? Area, bool IsThere)> FindAsync(CancellationToken cancellation) => worker.RunAsync<(NvPublic?, bool)>(
        scope =>
        {
            var taken = scope.NvIndices();
            if (Counters(scope, taken).FirstOrDefault(found => IsOurs(scope, found)) is { } ours)
            {
                return (ours, true); // Wherever it is: the setting says only where one is made.
            }

            var places = Enumerable.Range(0, Places).Select(place => new TpmHandle(firstIndex.Value + (uint)place));
            return (places.Except(taken).Cast<TpmHandle?>().FirstOrDefault() is { } handle ? AreaAt(handle) : null, false);
        },
        cancellation);

    /// <summary>Where one is to be as soon as there is room, for a database that has to know that none was ever made.</summary>
    public NvPublic Intended => AreaAt(firstIndex);

    /// <summary>What looks like a broker's counter, and is none of this root.</summary>
    public Task<IReadOnlyList<TpmHandle>> OthersAsync(CancellationToken cancellation) => worker.RunAsync<IReadOnlyList<TpmHandle>>(
        scope => [.. Counters(scope, scope.NvIndices()).Where(found => !IsOurs(scope, found)).Select(found => found.Index)],
        cancellation);

    /// <summary>Null where this counter is not in the TPM.</summary>
    public Task<long?> ReadAsync(NvPublic area, CancellationToken cancellation) => worker.RunAsync(
        scope => scope.FindIndex(area.Index) is { } found && found.Written.Name == area.Written.Name && IsOurs(scope, found)
            ? scope.ReadCounter(found, _auth) ?? 0
            : (long?)null,
        cancellation);

    /// <summary>Makes the counter where it is not there yet, and lets it count once, so that it has a value.</summary>
    public Task<(NvPublic Area, long Value)> MakeAsync(NvPublic area, CancellationToken cancellation) => worker.RunAsync(
        scope =>
        {
            if (scope.FindIndex(area.Index) is null)
            {
                scope.DefineIndex(area, _auth);
            }

            var found = scope.FindIndex(area.Index)!;
            if (scope.ReadCounter(found, _auth) is { } value)
            {
                return (found, value);
            }

            scope.Increment(found, _auth);
            return (found.Written, scope.ReadCounter(found.Written, _auth)!.Value);
        },
        cancellation, TpmPriority.Bulk);

    /// <summary>Counts up to a value, where it is not there yet, and has the TPM sign it over a text: the same however often it runs.</summary>
    /// <exception cref="CounterAheadException">The counter is beyond the value.</exception>
    public async Task<AttestedResponse> CertifyAsync(NvPublic area, long value, byte[] qualifyingData, CancellationToken cancellation)
    {
        var signed = await worker.RunAsync(
            scope =>
            {
                var now = scope.ReadCounter(area, _auth) ?? 0;
                for (; now < value; now++)
                {
                    scope.Increment(area, _auth);
                }

                return now == value
                    ? scope.CertifyCounter(VaultTemplates.BrokerAttestationKey, area, _auth, qualifyingData)
                    : throw new CounterAheadException(now, value);
            },
            cancellation, TpmPriority.Bulk);
        using var key = attestationKey.Area.ToKey();

        // K11. What the TPM, or something between us and it, calls a signature is one.
        return signed.Signature.VerifyData(key, signed.Attest)
            ? signed
            : throw new TpmResultException("the TPM signed a checkpoint that its own key does not verify");
    }

    private static NvPublic AreaAt(TpmHandle index) => new(index, TpmAlgorithm.Sha256, Attributes, default, sizeof(ulong));

    private static IEnumerable<NvPublic> Counters(TpmSessionScope scope, IEnumerable<TpmHandle> indices) =>
        indices.Select(scope.FindIndex).OfType<NvPublic>().Where(found => (found.Attributes & ~NvAttributes.Written) == Attributes);

    private bool IsOurs(TpmSessionScope scope, NvPublic found) =>
        (found.Attributes & ~NvAttributes.Written) == Attributes && found.AuthPolicy.IsEmpty && scope.Opens(found, _auth);
}
