namespace KeyBroker.Client;

/// <summary>Which TPM answered: its maker's letters, its firmware, and the specification's revision.</summary>
public sealed record TpmDescription(string Manufacturer, string Firmware, string Revision);
