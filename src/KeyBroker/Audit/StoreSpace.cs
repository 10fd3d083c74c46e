using KeyBroker.Configuration;

namespace KeyBroker.Audit;

/// <summary>How much the database's disk has left: the log only grows, and when the disk is full nothing happens any more.</summary>
internal sealed class StoreSpace(BrokerSettings settings)
{
    public long Free => new DriveInfo(Path.GetDirectoryName(settings.DatabasePath)!).AvailableFreeSpace;

    public bool IsLow => Free < settings.Audit.LowSpace;
}
