using KeyBroker.Configuration;

namespace KeyBroker.Telemetry;

/// <summary>Sets up the log: to standard output, as text or JSON, quiet about what the frameworks do.</summary>
internal static class BrokerLogging
{
    public static void Configure(ILoggingBuilder logging, IConfiguration configuration, LogOutput output, TimeProvider time)
    {
        logging.ClearProviders();
        LineFormatter lines = LogFormat.Read(configuration) == LogFormat.Json
            ? new JsonLineFormatter(time)
            : new TextLineFormatter(time);
        logging.AddProvider(new LogLines(lines, output));
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error); // It warns of Urls, which are read here.
        logging.AddFilter("FastEndpoints", LogLevel.Warning);

        // A failure to listen is said once, by the last line of the process.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
