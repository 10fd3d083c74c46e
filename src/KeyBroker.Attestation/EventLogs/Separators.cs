using System.Collections.Frozen;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>Tells separators by what was measured (Platform Firmware Profile, 3.3.2.2): the type is only said.</summary>
internal sealed class Separators
{
    private static readonly FrozenDictionary<TpmAlgorithm, Separators> s_banks =
        new[] { TpmAlgorithm.Sha1, TpmAlgorithm.Sha256, TpmAlgorithm.Sha384, TpmAlgorithm.Sha512 }
            .ToFrozenDictionary(bank => bank, bank => new Separators(bank));

    private readonly TpmAlgorithm _bank;
    private readonly byte[][] _normal;
    private readonly byte[][] _errors;

    private Separators(TpmAlgorithm bank)
    {
        _bank = bank;
        _normal = [HashAlgorithms.Hash(bank, 0, 0, 0, 0), HashAlgorithms.Hash(bank, 0xFF, 0xFF, 0xFF, 0xFF)];
        _errors = [HashAlgorithms.Hash(bank, 1, 0, 0, 0), HashAlgorithms.Hash(bank, 0, 0, 0, 1)];
    }

    public static Separators In(TpmAlgorithm bank) => s_banks[bank];

    public bool IsNormal(LogEvent entry) => IsOneOf(entry, _normal);

    /// <summary>An error stands instead of a separator, so one that is called something else leaves its register without an end.</summary>
    public bool IsError(LogEvent entry) => entry.Type == EventType.Separator && IsOneOf(entry, _errors);

    private bool IsOneOf(LogEvent entry, byte[][] values) =>
        entry.Find(_bank) is { } digest && Array.Exists(values, value => digest.Span.SequenceEqual(value));
}
