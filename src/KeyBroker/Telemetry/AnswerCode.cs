namespace KeyBroker.Telemetry;

/// <summary>The problem code that a request is answered with, kept for its line, its span and its count.</summary>
internal sealed class AnswerCode
{
    public const string Cancelled = "cancelled";
    private const string None = "none";

    public string Value { get; private set; } = None;

    public static void Set(HttpContext context, string code)
    {
        if (context.Features.Get<AnswerCode>() is { } answer)
        {
            answer.Value = code;
        }
    }
}
