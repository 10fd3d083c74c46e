namespace KeyBroker.Tpm.Commands;

/// <summary>The response of a command that returns nothing.</summary>
public readonly record struct Done;
