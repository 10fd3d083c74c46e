using KeyBroker.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace KeyBroker.Telemetry;

/// <summary>Sets up the log: to standard output, as text or JSON, quiet about what the frameworks do.</summary>
internal static class BrokerLogging
{
    public static void Configure(ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsoleFormatter<TextLineFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<JsonLineFormatter, ConsoleFormatterOptions>();
        var formatter = LogFormat.Read(configuration) == LogFormat.Json
            ? JsonLineFormatter.FormatterName
            : TextLineFormatter.FormatterName;
        logging.AddConsole(console => console.FormatterName = formatter);
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error); // It warns of Urls, which are read here.
        logging.AddFilter("FastEndpoints", LogLevel.Warning);

        // A failure to listen is said once, by the last line of the process.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }
}
