using FastEndpoints;
using KeyBroker.Administration;
using KeyBroker.Attestation.Nonces;
using KeyBroker.Attestations;
using KeyBroker.Audit;
using KeyBroker.Backups;
using KeyBroker.Clients;
using KeyBroker.Configuration;
using KeyBroker.Enrollments;
using KeyBroker.Gate;
using KeyBroker.Idempotency;
using KeyBroker.Keys;
using KeyBroker.Pipeline;
using KeyBroker.Receipts;
using KeyBroker.Recipients;
using KeyBroker.Secrets;
using KeyBroker.SelfAttestations;
using KeyBroker.Supervision;
using KeyBroker.Telemetry;
using KeyBroker.Vault;
using KeyBroker.Verifiers;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KeyBroker.Hosting;

/// <summary>The web host around the open parts: listeners, services and the order of middleware.</summary>
internal static class BrokerHost
{
    // Beyond these the server refuses without a word; below them the broker says what is wrong (PRO-4).
    private const int LongestLine = 16 * 1024;
    private const int MostHeaders = 128 * 1024;
    private static readonly TimeSpan s_headersTimeout = TimeSpan.FromSeconds(10);

    public static WebApplicationBuilder CreateBuilder(string[] args, LogOutput log, TimeProvider time)
    {
        // appsettings.json beside the binary, whatever the current directory.
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        SystemConfiguration.Add(builder.Configuration, Environment.GetEnvironmentVariable(SystemConfiguration.FolderVariable));
        BrokerLogging.Configure(builder.Logging, builder.Configuration, log, time);
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder, BrokerSettings settings, OpenParts parts)
    {
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.WebHost.UseSockets(AdminSocket.Bind);
        AddServices(builder.Services, settings, parts);
        builder.Services.AddTelemetry(builder.Configuration);
        var app = builder.Build();
        Use(app);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, BrokerSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = RequestBody.EvidenceLimit;
        kestrel.Limits.MaxRequestLineSize = LongestLine;
        kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaders;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MostHeaders;
        kestrel.Limits.RequestHeadersTimeout = s_headersTimeout;
        foreach (var url in settings.Urls)
        {
            Listen(kestrel, url);
        }

        kestrel.ListenUnixSocket(settings.AdminSocket, listener => listener.Use(AdminSocket.Mark));
    }

    private static void Listen(KestrelServerOptions kestrel, ListenUrl url)
    {
        if (url.IsLocalhost)
        {
            kestrel.ListenLocalhost(url.Port, Secure);
        }
        else if (url.Address is { } address)
        {
            kestrel.Listen(address, url.Port, Secure);
        }
        else
        {
            kestrel.ListenAnyIP(url.Port, Secure);
        }

        void Secure(ListenOptions listener)
        {
            if (url.IsHttps)
            {
                listener.UseHttps();
            }
        }
    }

    private static void AddServices(IServiceCollection services, BrokerSettings settings, OpenParts parts)
    {
        // Made here and not by the container, which therefore does not close them either.
        services.AddSingleton(parts.Database).AddSingleton(parts.Policies).AddSingleton(parts.Endorsements);
        services.AddVault(parts.Vault);
        services.AddAudit(parts.Audit);
        services.AddSingleton<LastUses>();
        services.AddSingleton<MachineRecords>().AddSingleton<EnrollmentAttempts>().AddSingleton<AttestationRecords>().AddSingleton<EventLogRecords>().AddSingleton<AttestationKeys>();
        services.AddSingleton<StoredStates>().AddSingleton<GrantUses>();
        services.AddSingleton<AttestedMachines>().AddSingleton<TokenMint>().AddSingleton<Appraiser>().AddSingleton<VouchedCallers>();
        services.AddVerifiers(settings.Verifiers);
        services.AddSingleton<RecipientReader>();
        services.AddSingleton<ProofKeys>().AddSingleton<ProofLedger>().AddSingleton<GateRecords>().AddSingleton<AccessGate>();
        services.AddSingleton<GrantFacts>().AddSingleton<UsableVerbs>().AddSingleton<GrantCounts>().AddSingleton<StandingAccess>().AddSingleton<GrantSettlement>().AddSingleton<MachineQuotas>();
        services.AddSingleton(provider => new NonceAuthority(
            parts.Vault.Root.NonceKey, provider.GetRequiredService<TimeProvider>(), settings.ChallengeLifetime));
        services.AddSelfAttestations(settings);
        services.AddReceipts(parts.Signing, settings.Issuer, settings.EarNames);
        services.AddSingleton<ClientGate>();
        services.AddSingleton<ReceiptResponse>();
        services.AddSingleton<FirstAnswerStore>().AddSingleton<FirstAnswers>();
        services.AddTransient<KeyAnswers>().AddTransient<SecretAnswers>();
        services.AddSingleton<PolicyReload>();
        services.AddSingleton<TpmReadiness>().AddSingleton<AuditReadiness>().AddSingleton<Readiness>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainTime);
        services.AddSingleton<RequestsUnderWay>();
        services.AddSupervision();
        services.AddHostedService<PolicyWatcher>().AddHostedService<DenyListWatcher>().AddHostedService<Housekeeping>();
        services.AddSingleton<ItemHousekeeping>().AddHostedService(provider => provider.GetRequiredService<ItemHousekeeping>());
        services.AddBackups();
        services.AddMessages();
        services.AddRateLimiter(limiter => SourceLimiter.Configure(limiter, settings.Limits));
        services.AddFastEndpoints(discovery =>
        {
            discovery.DisableAutoDiscovery = true;
            discovery.Assemblies = [typeof(BrokerHost).Assembly];
        });
    }

    private static void Use(WebApplication app)
    {
        app.UseMiddleware<RequestTelemetry>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<UnderWayMiddleware>();
        app.UseMiddleware<RefusalRecords>();
        app.UseRateLimiter();
        app.UseMiddleware<AdminGuard>();
        app.UseRouting();
        app.UseMiddleware<ExactPaths>();
        app.UseFastEndpoints();
        ServedRoutes.Filter(app);
        app.UseTelemetry();
    }
}
