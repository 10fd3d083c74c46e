namespace KeyBroker.Storage;

/// <summary>A row of a list: found by its name, and believed only once it is opened, so that one bad row spoils no list.</summary>
/// <param name="Name">As the database has it, unchecked.</param>
/// <param name="Open">Checks the row's MAC; throws <see cref="StoreIntegrityException"/> where it does not hold.</param>
internal sealed record Listed<T>(string Name, Func<T> Open)
{
    /// <summary>Who made it, where that is of interest; like the name, unchecked.</summary>
    public string CreatedBy { get; init; } = "";
}
