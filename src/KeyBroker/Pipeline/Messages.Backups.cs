using KeyBroker.Backups;

namespace KeyBroker.Pipeline;

/// <content>The messages about backups.</content>
internal static partial class Messages
{
    private static void AddBackupMessages(IServiceCollection services) =>
        AddHandler<MakeBackup, Backup, MakeBackupHandler>(services);
}
