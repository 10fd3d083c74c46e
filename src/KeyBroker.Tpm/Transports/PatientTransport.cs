using System.Diagnostics.Metrics;

namespace KeyBroker.Tpm.Transports;

/// <summary>Sends a command again, the same bytes, while the TPM answers that it is busy.</summary>
public sealed class PatientTransport(ITpmTransport inner, TimeProvider clock) : ITpmTransport
{
    /// <summary>The meter of <c>keybroker.tpm.retries</c>, which counts repetitions by the response code that asked for them.</summary>
    public const string MeterName = "KeyBroker.Tpm";

    private const int MaxAttempts = 12;
    private static readonly Meter s_meter = new(MeterName);
    private static readonly Counter<long> s_retries = s_meter.CreateCounter<long>(
        "keybroker.tpm.retries", description: "Commands that were sent again because the TPM was busy.");

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        var pause = s_firstPause;
        for (var attempt = 1; ; attempt++)
        {
            var response = inner.Transceive(command);
            var code = ResponseFrame.CodeOf(response);
            if (!code.IsTransient || attempt == MaxAttempts)
            {
                return response;
            }

            s_retries.Add(1, new KeyValuePair<string, object?>("code", code.Name));

            Task.Delay(pause, clock).GetAwaiter().GetResult();
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    public void Dispose() => inner.Dispose();
}
