namespace KeyBroker.Attestation.EventLogs;

/// <summary>A text that a boot loader measured, and whether it did so in UTF-16: those that are EFI programs do, GRUB never.</summary>
internal readonly record struct MeasuredText(string Value, bool IsWide);
