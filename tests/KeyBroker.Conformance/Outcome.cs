namespace KeyBroker.Conformance;

/// <summary>The three things that a verdict can be.</summary>
internal enum Outcome
{
    Accept = 1,
    Reject = 2,
    Unsupported = 3,
}
