using System.Collections.Immutable;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.EventLogs;

/// <summary>What one bank holds if a log tells the truth about it.</summary>
public sealed class LogReplay
{
    private LogReplay(TpmAlgorithm bank, ImmutableSortedDictionary<int, RegisterReplay> registers) =>
        (Bank, Registers) = (bank, registers);

    public TpmAlgorithm Bank { get; }

    /// <summary>The registers that the log extends, and no others.</summary>
    public ImmutableSortedDictionary<int, RegisterReplay> Registers { get; }

    public static LogReplay Of(EventLog log, TpmAlgorithm bank)
    {
        var registers = new SortedDictionary<int, RegisterReplay>();
        foreach (var entry in log.Events.Where(entry => entry.Extends))
        {
            var pcr = (int)entry.Pcr;
            if (!registers.TryGetValue(pcr, out var register))
            {
                register = new RegisterReplay(bank, pcr, pcr == 0 ? log.StartupLocality : (byte)0);
                registers.Add(pcr, register);
            }

            register.Extend(entry);
        }

        return new LogReplay(bank, registers.ToImmutableSortedDictionary());
    }

    /// <summary>True where every event of the register is accounted for and they add up to this value.</summary>
    public bool Explains(int pcr, ReadOnlySpan<byte> value) =>
        Registers.TryGetValue(pcr, out var register) && register.IsDetermined && register.Value.SequenceEqual(value);
}
