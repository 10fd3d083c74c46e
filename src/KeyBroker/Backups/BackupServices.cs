namespace KeyBroker.Backups;

/// <summary>Registers backups.</summary>
internal static class BackupServices
{
    public static IServiceCollection AddBackups(this IServiceCollection services) => services
        .AddSingleton<BackupSource>()
        .AddSingleton<BackupMaker>();
}
