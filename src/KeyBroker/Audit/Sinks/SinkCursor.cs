namespace KeyBroker.Audit;

/// <summary>How far a sink is.</summary>
/// <param name="Sequence">The last record that it has.</param>
/// <param name="Counter">The last checkpoint that it has.</param>
internal readonly record struct SinkCursor(long Sequence, long Counter);
