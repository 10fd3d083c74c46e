using System.Collections.Immutable;
using KeyBroker.Attestation.Policies.Yaml;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Policies.Loading;

internal sealed partial class DocumentReader
{
    private TpmAlgorithm Bank(YamlNode? node)
    {
        // SHA-1 registers may be quoted, but prove nothing.
        var name = Choice(node, "sha256", "sha384", "sha512");
        return name is not null && PcrBanks.TryParse(name, out var bank) ? bank : TpmAlgorithm.Sha256;
    }

    // 16 and 23 can be reset by anybody, 21 and 22 by a dynamic launch: their values do not tell how the machine booted.
    private int? Register(YamlNode node, int? pcr)
    {
        if (pcr > PcrBanks.HighestRegister)
        {
            return RefuseValue<int>(node, $"there are PCRs 0 to {PcrBanks.HighestRegister}");
        }

        return pcr is 16 or >= 21
            ? RefuseValue<int>(node, $"PCR {pcr} cannot be required: it can be reset while the machine runs")
            : pcr;
    }

    private PcrRequirement? Requirement(YamlNode node, TpmAlgorithm bank)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var register = members.Required("pcr");
        var pcr = register is null ? null : Register(register, Integer(register));
        var values = List(members.Required("anyOf"))?.Items.Select((item, at) => Accepted(item, bank, at)).ToList() ?? [];
        members.RefuseUnknown();
        return pcr is { } known ? new PcrRequirement(known, [.. values.OfType<AcceptedValue>()]) : null;
    }

    private AcceptedValue? Accepted(YamlNode node, TpmAlgorithm bank, int at)
    {
        if (Map(node) is not { } members)
        {
            return null;
        }

        var label = Text(members.Optional("label")) ?? $"value {at + 1}";
        var value = ReadValue(members, bank);
        members.RefuseUnknown();
        return value is null ? null : new AcceptedValue(value, label);
    }

    private KeyValuePair<int, ReadOnlyMemory<byte>>? BaselineRegister(YamlMember member, TpmAlgorithm bank)
    {
        var number = YamlScalar.IsDecimal(member.Name.Text)
            ? Integer(member.Name with { IsPlain = true })
            : RefuseValue<int>(member.Name, "the name is a PCR number");
        var pcr = Register(member.Name, number);
        var value = member.Value is YamlMapping ? Entry(member.Value, bank) : Value(member.Value, bank, unextended: false);
        return pcr is { } known && value is not null ? new(known, value) : null;
    }

    private byte[]? Entry(YamlNode node, TpmAlgorithm bank)
    {
        var members = Map(node)!;
        var value = ReadValue(members, bank);
        members.RefuseUnknown();
        return value;
    }

    private byte[]? ReadValue(Members members, TpmAlgorithm bank)
    {
        var unextended = Boolean(members.Optional("unextended")) ?? false;
        return Value(members.Required("value"), bank, unextended);
    }

    private byte[]? Value(YamlNode? node, TpmAlgorithm bank, bool unextended)
    {
        if (Text(node) is not { } text)
        {
            return null;
        }

        var size = PcrBanks.SizeOf(bank);
        if (text.Length != size * 2 || !text.All(char.IsAsciiHexDigit) || text.Any(char.IsAsciiLetterUpper))
        {
            return Refuse<byte[]>(node, $"a {PcrBanks.NameOf(bank)} value has {size * 2} lower-case hex digits");
        }

        var value = Convert.FromHexString(text);
        RefuseWeak(node!, value, unextended);
        return value;
    }

    // A register that nothing was ever measured into looks the same on every machine in the world.
    private void RefuseWeak(YamlNode node, byte[] value, bool unextended)
    {
        var weak = !value.AsSpan().ContainsAnyExcept((byte)0) || !value.AsSpan().ContainsAnyExcept((byte)0xFF);
        if (weak && !unextended)
        {
            problems.Refuse(
                node,
                "weak-value: all 00 or all FF is a register that was never extended; say 'unextended: true' if that is meant",
                PolicyError.WeakValue);
        }
        else if (unextended && !weak)
        {
            problems.Refuse(node, "'unextended: true' goes with a value of all 00 or all FF only");
        }
    }

    private static ImmutableArray<T> ReadAll<T>(YamlSequence? list, Func<YamlNode, T?> read)
        where T : class => [.. (list?.Items ?? []).Select(read).OfType<T>()];
}
