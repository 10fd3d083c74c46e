using System.Globalization;
using System.Text.Json;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Policies;

/// <summary>Takes one step of a policy, as cases write it.</summary>
internal static class PolicyStepReader
{
    public static PolicyDigest Apply(PolicyDigest digest, JsonElement step) => Case.Text(step, "op") switch
    {
        "PolicyAuthValue" or "PolicyPassword" => digest.AuthValue(),
        "PolicyAuthorize" => digest.Authorize(Name(step, "name"), Case.Hex(step, "policy_ref")),
        "PolicyAuthorizeNV" => digest.AuthorizeNv(Name(step, "nv_name")),
        "PolicyCommandCode" => digest.CommandCode(Convert.ToUInt32(Case.Text(step, "code"), 16)),
        "PolicyCounterTimer" => digest.CounterTimer(Comparison(step)),
        "PolicyNV" when Case.Text(step, "args_hash") is not null => digest.Nv(Name(step, "nv_name"), Case.Hex(step, "args_hash")),
        "PolicyNV" => digest.Nv(NameOfIndex(step), Comparison(step)),
        "PolicyCpHash" => digest.CpHash(Case.Hex(step, "hash")),
        "PolicyNameHash" => digest.NameHash(Case.Hex(step, "hash")),
        "PolicyTemplate" => digest.Template(Case.Hex(step, "hash")),
        "PolicyLocality" => digest.Locality(step.GetProperty("locality").GetByte()),
        "PolicyPhysicalPresence" => digest.PhysicalPresence(),
        "PolicyDuplicationSelect" => digest.DuplicationSelect(
            Name(step, "new_parent_name"),
            step.GetProperty("include_object").GetBoolean() ? Name(step, "object_name") : null),
        "PolicyNvWritten" => digest.NvWritten(step.GetProperty("written").GetBoolean()),
        "PolicyOR" => digest.Or([.. step.GetProperty("digests").EnumerateArray().Select(one => Convert.FromHexString(one.GetString()!))]),
        "PolicyPCR" when Case.Text(step, "pcr_digest") is not null => digest.Pcr(Selection(step), Case.Hex(step, "pcr_digest")),
        "PolicyPCR" => digest.Pcr(Selection(step), Values(step)),
        "PolicySecret" => digest.Secret(Name(step, "name"), Case.Hex(step, "policy_ref")),
        "PolicySigned" => digest.Signed(Name(step, "name"), Case.Hex(step, "policy_ref")),
        var other => throw new NotSupportedException($"the step '{other}' is not known here"),
    };

    /// <summary>The registers of a selection in its order.</summary>
    public static IEnumerable<byte[]> Values(JsonElement step) =>
        from bank in step.GetProperty("selection").EnumerateArray()
        from pcr in bank.GetProperty("pcrs").EnumerateArray().Select(pcr => pcr.GetInt32()).Order()
        select Case.Hex(
            step.GetProperty("values").GetProperty(Case.Text(bank, "alg")!), pcr.ToString(CultureInfo.InvariantCulture));

    private static TpmName Name(JsonElement step, string member) => new(Case.Hex(step, member));

    private static TpmName NameOfIndex(JsonElement step)
    {
        var index = NvPublic.Parse(Case.Hex(step, "nv_public_tpms"));
        return index.Name == Name(step, "nv_name") ? index.Name : throw new FormatException("the index has another name");
    }

    private static NvComparison Comparison(JsonElement step) => new(
        Operation(Case.Text(step, "operation")), Case.Hex(step, "operand"), step.GetProperty("offset").GetInt32());

    // TPM_EO (Part 2, 6.8): UnsignedGT and the like in cases, words in the product.
    public static TpmComparison Operation(string? name) => name?.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "EQ" => TpmComparison.Equal,
        "NEQ" => TpmComparison.NotEqual,
        "UNSIGNEDGT" => TpmComparison.UnsignedGreater,
        "UNSIGNEDGE" => TpmComparison.UnsignedGreaterOrEqual,
        "UNSIGNEDLT" => TpmComparison.UnsignedLess,
        "UNSIGNEDLE" => TpmComparison.UnsignedLessOrEqual,
        "SIGNEDGT" => TpmComparison.SignedGreater,
        "SIGNEDGE" => TpmComparison.SignedGreaterOrEqual,
        "SIGNEDLT" => TpmComparison.SignedLess,
        "SIGNEDLE" => TpmComparison.SignedLessOrEqual,
        "BITSET" => TpmComparison.BitsSet,
        "BITCLEAR" => TpmComparison.BitsClear,
        _ => throw new NotSupportedException($"the comparison '{name}' is not known here"),
    };

    private static PcrSelection[] Selection(JsonElement step) =>
    [
        .. step.GetProperty("selection").EnumerateArray().Select(bank => PcrSelection.Of(
            Case.Hash(Case.Text(bank, "alg")!), [.. bank.GetProperty("pcrs").EnumerateArray().Select(pcr => pcr.GetInt32())])),
    ];
}
