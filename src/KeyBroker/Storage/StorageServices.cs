namespace KeyBroker.Storage;

/// <summary>Registers the database that was opened before the host is built; who opened it closes it.</summary>
internal static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services, Database database) =>
        services.AddSingleton(database);
}
