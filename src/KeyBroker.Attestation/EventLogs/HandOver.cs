namespace KeyBroker.Attestation.EventLogs;

/// <summary>
/// The hand-over in a log of a confidential virtual machine, whose firmware registers hold several TPM registers each:
/// what is started behind the last separator goes to a register that has one.
/// </summary>
internal static class HandOver
{
    public static IEnumerable<LogFinding> Judge(EventLog log, Separators separators)
    {
        var ended = log.Events.Where(entry => entry.Extends && separators.IsNormal(entry)).ToList();
        if (ended.Count < 2)
        {
            return [];
        }

        var registers = ended.Select(entry => entry.Pcr).ToHashSet();
        return log.Events
            .Where(entry => entry.Extends && entry.Number > ended[^1].Number)
            .Where(entry => entry.Type == EventType.EfiBootServicesApplication && !registers.Contains(entry.Pcr))
            .Take(1)
            .Select(entry => new LogFinding(
                LogFindingKind.SeparatorRepeated,
                (int)entry.Pcr,
                $"register {entry.Pcr} has no separator, register {ended[^1].Pcr} has {ended.Count(e => e.Pcr == ended[^1].Pcr)}"));
    }
}
