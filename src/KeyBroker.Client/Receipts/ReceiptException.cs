namespace KeyBroker.Client;

/// <summary>Why a receipt is not to be believed.</summary>
/// <param name="reason">One of <see cref="ReceiptReasons"/>.</param>
/// <param name="message">The same for people.</param>
public sealed class ReceiptException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
