namespace KeyBroker.Appraisals;

/// <summary>A signed EAR for a relying party, and how long it stands.</summary>
internal sealed record AppraisalResult(string Result, TimeSpan Lifetime);
