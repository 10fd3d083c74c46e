using System.Diagnostics;

namespace KeyBroker.Telemetry;

/// <summary>The spans inside a request: its message, and the message's work on the TPM.</summary>
internal static class Spans
{
    public const string Source = "KeyBroker";

    /// <summary>The source of the span of a whole request.</summary>
    public const string ServerSource = "Microsoft.AspNetCore";

    private static readonly ActivitySource s_source = new(Source);

    public static bool AreWanted => s_source.HasListeners();

    /// <summary>Null where nobody listens.</summary>
    public static Activity? Start(string name) => s_source.StartActivity(name);

    public static void End(Activity? span, Ending ending)
    {
        span?.SetTag("keybroker.outcome", ending.Outcome);
        span?.SetTag("keybroker.code", ending.Code);
        if (ending.Outcome == "failed")
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
