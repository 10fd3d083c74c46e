namespace KeyBroker.Attestation.Policies.Review;

/// <summary>A state that a machine has shown by a verified quote, and when last.</summary>
public sealed record SeenState(MachineFacts Machine, MeasuredState State, DateTimeOffset At);
