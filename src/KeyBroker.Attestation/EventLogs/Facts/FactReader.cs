using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>Reads the facts of a boot from the registers that a log explains, each from its own.</summary>
internal sealed class FactReader
{
    private readonly TpmAlgorithm _bank;
    private readonly MeasuredState _state;
    private readonly IReadOnlyDictionary<int, RegisterReplay> _explained;
    private BootFacts _facts;

    private FactReader(TpmAlgorithm bank, MeasuredState state, IReadOnlyDictionary<int, RegisterReplay> explained)
    {
        (_bank, _state, _explained) = (bank, state, explained);
        _facts = new BootFacts { Bank = bank, Registers = Digests() };
    }

    public static BootFacts Read(TpmAlgorithm bank, MeasuredState state, IReadOnlyDictionary<int, RegisterReplay> explained)
    {
        var reader = new FactReader(bank, state, explained);
        reader.From(FirmwareFacts.VersionPcr, FirmwareFacts.ReadVersion);
        reader.From(FirmwareFacts.VariablesPcr, FirmwareFacts.ReadVariables);
        reader.From(BootImages.Pcr, BootImageFacts.Read);
        reader.From(FirmwareFacts.LeavingPcr, FirmwareFacts.ReadLeaving);
        reader.From(SecureBootFacts.Pcr, SecureBootFacts.Read);
        reader.FromCommandLine();
        return reader._facts;
    }

    private void From(int pcr, Func<BootFacts, ReplayedRegister, BootFacts> read)
    {
        if (Find(pcr) is { } register)
        {
            _facts = read(_facts, register);
        }
    }

    // Either register may hold the command line: each of them is explained, or was quoted and never extended.
    private void FromCommandLine()
    {
        var (loader, stub) = (Find(CommandLineFacts.LoaderPcr), Find(CommandLineFacts.StubPcr));
        if ((loader is not null || IsUntouched(CommandLineFacts.LoaderPcr)) && (stub is not null || IsUntouched(CommandLineFacts.StubPcr)))
        {
            _facts = CommandLineFacts.Read(_facts, loader, stub);
        }
    }

    private bool IsUntouched(int pcr) => _state.Find(_bank, pcr) is { } value && !value.AsSpan().ContainsAnyExcept((byte)0);

    private ReplayedRegister? Find(int pcr) =>
        _explained.TryGetValue(pcr, out var register) ? new ReplayedRegister(register, _bank) : null;

    private ImmutableSortedDictionary<int, ImmutableArray<string>> Digests() => _explained.Values.ToImmutableSortedDictionary(
        register => register.Pcr,
        register => register.Events
            .Select(entry => Convert.ToHexStringLower(entry.Find(_bank)!.Value.Span))
            .ToImmutableArray());
}
