namespace KeyBroker.Attestation.EventLogs.Facts;

/// <summary>Reads PCR 4: what was started behind the end of the firmware.</summary>
internal static class BootImageFacts
{
    // Every event counts as an image but the announcements, whatever type it claims: an image that is left out
    // because it calls itself something else would be an image that nobody asks about.
    public static BootFacts Read(BootFacts facts, ReplayedRegister register) => register.HasEnd
        ? facts with
        {
            Images = [.. register.Later.Where(entry => !IsAnnouncement(register, entry)).Select(register.DigestOf)],
        }
        : facts;

    private static bool IsAnnouncement(ReplayedRegister register, LogEvent entry) =>
        (BootImages.IsCalling(entry) || entry.Data.Span.StartsWith("Returning from EFI Application"u8)) && register.Measured(entry);
}
