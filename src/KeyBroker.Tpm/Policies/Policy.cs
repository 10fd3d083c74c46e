using System.Collections.Immutable;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies.Steps;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Policies;

/// <summary>
/// A policy in one description (TPM 2.0 Part 1, 19.7; Part 3, 23): its digest is computed without a TPM, and a session
/// of a TPM satisfies it. Each step is a new value, so that policies can share a beginning.
/// </summary>
public sealed class Policy
{
    /// <summary>No demand at all: whoever starts a session satisfies it, so it is only the beginning of others.</summary>
    public static readonly Policy Empty = new([]);

    private readonly ImmutableArray<PolicyStep> _steps;

    private Policy(ImmutableArray<PolicyStep> steps) => _steps = steps;

    /// <summary>TPM2_PolicyPCR (23.7): registers hold these values, in the order of the selection, as <see cref="PcrRead.All"/> reads them.</summary>
    /// <exception cref="ArgumentException">Not one value for each register.</exception>
    public Policy Pcr(IReadOnlyCollection<PcrSelection> selection, params IReadOnlyList<byte[]> values) =>
        Then(new PcrStep(selection, values));

    /// <summary>TPM2_PolicySecret (23.4): the authorization value of another entity is known.</summary>
    public Policy Secret(TpmName entity, ReadOnlyMemory<byte> policyRef = default) =>
        Then(new SecretStep(entity, policyRef));

    /// <summary>TPM2_PolicySigned (23.3): a key signs, for this session.</summary>
    public Policy Signed(TpmName key, ReadOnlyMemory<byte> policyRef = default) => Then(new SignedStep(key, policyRef));

    /// <summary>TPM2_PolicyAuthorize (23.16): in place of all steps before, whatever policy the key approves.</summary>
    public Policy Authorize(TpmName key, ReadOnlyMemory<byte> policyRef = default) =>
        Then(new AuthorizeStep(key, policyRef));

    /// <summary>TPM2_PolicyAuthorizeNV (23.22): in place of all steps before, the policy an index holds.</summary>
    public Policy AuthorizeNv(TpmName index) => Then(new AuthorizeNvStep(index));

    /// <summary>TPM2_PolicyAuthValue (23.17): the object's authorization value is proven too.</summary>
    public Policy AuthValue() => Then(new AuthValueStep(IsPassword: false));

    /// <summary>TPM2_PolicyPassword (23.18): the object's authorization value is sent too, in the clear, and the answer is unproven.</summary>
    public Policy Password() => Then(new AuthValueStep(IsPassword: true));

    /// <summary>TPM2_PolicyCommandCode (23.11): this command only.</summary>
    public Policy CommandCode(TpmCommandCode command) => Then(new CommandCodeStep(command));

    /// <summary>TPM2_PolicyDuplicationSelect (23.15): duplication to this parent only.</summary>
    /// <param name="newObject">The object's name, or null to allow any.</param>
    public Policy DuplicationSelect(TpmName newParent, TpmName? newObject = null) =>
        Then(new DuplicationSelectStep(newParent, newObject));

    /// <summary>TPM2_PolicyCpHash (23.13): this one command with these parameters.</summary>
    public Policy CpHash(ReadOnlyMemory<byte> cpHash) =>
        Then(new HashStep(TpmCommandCode.PolicyCpHash, cpHash));

    /// <summary>TPM2_PolicyNameHash (23.14): only these objects, whatever the command.</summary>
    public Policy NameHash(ReadOnlyMemory<byte> nameHash) =>
        Then(new HashStep(TpmCommandCode.PolicyNameHash, nameHash));

    /// <summary>TPM2_PolicyTemplate (23.21): only objects from this template are made.</summary>
    public Policy Template(ReadOnlyMemory<byte> templateHash) =>
        Then(new HashStep(TpmCommandCode.PolicyTemplate, templateHash));

    /// <summary>TPM2_PolicyNV (23.9): an index compares so with an operand.</summary>
    public Policy Nv(TpmName index, NvComparison comparison) => Then(new NvStep(index, comparison));

    /// <summary>TPM2_PolicyNvWritten (23.20): the index to be used was, or was never, written.</summary>
    public Policy NvWritten(bool written) => Then(new NvWrittenStep(written));

    /// <summary>TPM2_PolicyCounterTimer (23.10): the TPM's clocks and counters compare so with an operand.</summary>
    public Policy CounterTimer(NvComparison comparison) => Then(new CounterTimerStep(comparison));

    /// <summary>TPM2_PolicyOR (23.6): one of these, each on top of the steps before; any number from two.</summary>
    public Policy Or(params IReadOnlyList<Policy> branches) => Then(new OrStep(branches));

    /// <summary>The digest, to be the authPolicy of an object with this name algorithm.</summary>
    public byte[] Digest(TpmAlgorithm hash) => Extend(PolicyDigest.Start(hash)).Value;

    /// <summary>Takes a fresh session through all steps; of alternatives, the first that is possible.</summary>
    /// <exception cref="PolicyNotSatisfiedException">Something that a step takes is not among the means.</exception>
    /// <exception cref="TpmException">The TPM refused a step.</exception>
    public void Satisfy(PolicySession session, PolicyMeans? means = null) =>
        Execute(session, means ?? new PolicyMeans(), PolicyDigest.Start(session.Hash));

    internal PolicyDigest Extend(PolicyDigest before) => _steps.Aggregate(before, (digest, step) => step.Extend(digest));

    internal bool IsPossible(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        foreach (var step in _steps)
        {
            if (!step.IsPossible(session, means, before))
            {
                return false;
            }

            before = step.Extend(before);
        }

        return true;
    }

    internal void Execute(PolicySession session, PolicyMeans means, PolicyDigest before)
    {
        foreach (var step in _steps)
        {
            step.Execute(session, means, before);
            before = step.Extend(before);
        }
    }

    private Policy Then(PolicyStep step) => new(_steps.Add(step));
}
