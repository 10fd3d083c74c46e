using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies;

/// <summary>Computes the digest a TPM policy session has after the same steps (Part 3, 23); each step a new value.</summary>
public sealed class PolicyDigest
{
    private readonly TpmAlgorithm _hash;
    private readonly byte[] _digest;

    private PolicyDigest(TpmAlgorithm hash, byte[] digest)
    {
        _hash = hash;
        _digest = digest;
    }

    /// <summary>What the policy is computed with.</summary>
    public TpmAlgorithm Hash => _hash;

    /// <summary>The policy digest, to be an object's authPolicy.</summary>
    public byte[] Value => [.. _digest];

    /// <summary>A session just started: all zero.</summary>
    public static PolicyDigest Start(TpmAlgorithm hash) => new(hash, new byte[HashAlgorithms.Size(hash)]);

    /// <summary>TPM2_PolicyPCR (Part 3, 23.7), of a digest already combined.</summary>
    public PolicyDigest Pcr(IReadOnlyCollection<PcrSelection> selection, ReadOnlySpan<byte> pcrDigest) =>
        Extend(TpmCommandCode.PolicyPcr, PcrSelectionList.ToBytes(selection), pcrDigest);

    /// <summary>TPM2_PolicyPCR (Part 3, 23.7), of register values in the order of the selection.</summary>
    public PolicyDigest Pcr(IReadOnlyCollection<PcrSelection> selection, IEnumerable<byte[]> values) =>
        Pcr(selection, PcrDigest(_hash, values));

    /// <summary>What a TPM combines register values to (Part 1, 17.5): the hash of them in order.</summary>
    public static byte[] PcrDigest(TpmAlgorithm hash, IEnumerable<byte[]> values) =>
        HashAlgorithms.Hash(hash, [.. values.SelectMany(value => value)]);

    /// <summary>TPM2_PolicySecret (Part 3, 23.4).</summary>
    public PolicyDigest Secret(TpmName entity, ReadOnlySpan<byte> policyRef = default) =>
        Extend(TpmCommandCode.PolicySecret, entity.Bytes.Span).Append(policyRef);

    /// <summary>TPM2_PolicySigned (Part 3, 23.3).</summary>
    public PolicyDigest Signed(TpmName key, ReadOnlySpan<byte> policyRef = default) =>
        Extend(TpmCommandCode.PolicySigned, key.Bytes.Span).Append(policyRef);

    /// <summary>TPM2_PolicyAuthValue (Part 3, 23.17); TPM2_PolicyPassword gives the same digest.</summary>
    public PolicyDigest AuthValue() => Extend(TpmCommandCode.PolicyAuthValue);

    /// <summary>TPM2_PolicyCommandCode (Part 3, 23.11).</summary>
    public PolicyDigest CommandCode(uint commandCode)
    {
        var writer = new TpmWriter();
        writer.WriteUInt32(commandCode);
        return Extend(TpmCommandCode.PolicyCommandCode, writer.Written);
    }

    /// <summary>TPM2_PolicyOR (Part 3, 23.6): forgets what was before, which must be one of the branches.</summary>
    public PolicyDigest Or(params IReadOnlyList<byte[]> branches)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(branches.Count, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(branches.Count, 8);
        return Start(_hash).Extend(TpmCommandCode.PolicyOr, [.. branches.SelectMany(branch => branch)]);
    }

    /// <summary>TPM2_PolicyAuthorize (Part 3, 23.16): forgets what was before, which the key must have approved.</summary>
    public PolicyDigest Authorize(TpmName key, ReadOnlySpan<byte> policyRef = default) =>
        Start(_hash).Extend(TpmCommandCode.PolicyAuthorize, key.Bytes.Span).Append(policyRef);

    /// <summary>TPM2_PolicyAuthorizeNV (Part 3, 23.22): forgets what was before, which the index must hold.</summary>
    public PolicyDigest AuthorizeNv(TpmName index) => Start(_hash).Extend(TpmCommandCode.PolicyAuthorizeNv, index.Bytes.Span);

    /// <summary>TPM2_PolicyNV (Part 3, 23.9).</summary>
    public PolicyDigest Nv(TpmName index, NvComparison comparison) =>
        Nv(index, comparison.Hash(_hash));

    /// <summary>TPM2_PolicyNV, of a comparison already hashed.</summary>
    internal PolicyDigest Nv(TpmName index, ReadOnlySpan<byte> args) =>
        Extend(TpmCommandCode.PolicyNv, args, index.Bytes.Span);

    /// <summary>TPM2_PolicyCounterTimer (Part 3, 23.10).</summary>
    public PolicyDigest CounterTimer(NvComparison comparison) =>
        Extend(TpmCommandCode.PolicyCounterTimer, comparison.Hash(_hash));

    /// <summary>TPM2_PolicyDuplicationSelect (Part 3, 23.15).</summary>
    /// <param name="newObject">The object's name, or null to allow any.</param>
    public PolicyDigest DuplicationSelect(TpmName newParent, TpmName? newObject = null) => Extend(
        TpmCommandCode.PolicyDuplicationSelect,
        newObject is { } named ? named.Bytes.Span : default,
        [.. newParent.Bytes.Span, newObject is null ? (byte)0 : (byte)1]);

    /// <summary>TPM2_PolicyNvWritten (Part 3, 23.20).</summary>
    public PolicyDigest NvWritten(bool written) => Extend(TpmCommandCode.PolicyNvWritten, [written ? (byte)1 : (byte)0]);

    /// <summary>TPM2_PolicyCpHash (Part 3, 23.13).</summary>
    public PolicyDigest CpHash(ReadOnlySpan<byte> cpHash) => Extend(TpmCommandCode.PolicyCpHash, cpHash);

    /// <summary>TPM2_PolicyNameHash (Part 3, 23.14).</summary>
    public PolicyDigest NameHash(ReadOnlySpan<byte> nameHash) => Extend(TpmCommandCode.PolicyNameHash, nameHash);

    /// <summary>TPM2_PolicyTemplate (Part 3, 23.21).</summary>
    public PolicyDigest Template(ReadOnlySpan<byte> templateHash) => Extend(TpmCommandCode.PolicyTemplate, templateHash);

    /// <summary>TPM2_PolicyLocality (Part 3, 23.8), of a session that no other locality was demanded of.</summary>
    public PolicyDigest Locality(byte localities) => Extend(TpmCommandCode.PolicyLocality, [localities]);

    /// <summary>TPM2_PolicyPhysicalPresence (Part 3, 23.12).</summary>
    public PolicyDigest PhysicalPresence() => Extend(TpmCommandCode.PolicyPhysicalPresence);

    private PolicyDigest Extend(
        TpmCommandCode command, ReadOnlySpan<byte> first = default, ReadOnlySpan<byte> second = default)
    {
        var writer = new TpmWriter();
        writer.WriteBytes(_digest);
        writer.WriteUInt32((uint)command);
        writer.WriteBytes(first);
        writer.WriteBytes(second);
        return new(_hash, HashAlgorithms.Hash(_hash, writer.Written));
    }

    // The second half of PolicyUpdate (Part 3, 23.2.3), done even when there is nothing to add.
    private PolicyDigest Append(ReadOnlySpan<byte> policyRef) =>
        new(_hash, HashAlgorithms.Hash(_hash, [.. _digest, .. policyRef]));
}
