namespace KeyBroker.Audit;

/// <summary>Registers the audit log over the registered database and clock.</summary>
internal static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>();
}
