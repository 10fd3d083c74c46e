using System.Globalization;
using KeyBroker.TpmAccess;

namespace KeyBroker.Pipeline;

/// <summary>An operation was not served within its time.</summary>
internal sealed class OperationTimedOutException(TimeSpan timeout) : TpmUnavailableException(string.Create(
    CultureInfo.InvariantCulture, $"an operation was not served within {timeout.TotalSeconds} s (KeyBroker:OperationTimeout)"));
