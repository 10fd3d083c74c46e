namespace KeyBroker.Tpm.Transports;

/// <summary>Sends a command again, the same bytes, while the TPM answers that it is busy.</summary>
public sealed class PatientTransport(ITpmTransport inner, TimeProvider clock) : ITpmTransport
{
    private const int MaxAttempts = 12;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    public bool IsResourceManaged => inner.IsResourceManaged;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        var pause = s_firstPause;
        for (var attempt = 1; ; attempt++)
        {
            var response = inner.Transceive(command);
            if (!ResponseFrame.CodeOf(response).IsTransient || attempt == MaxAttempts)
            {
                return response;
            }

            Task.Delay(pause, clock).GetAwaiter().GetResult();
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    public void Dispose() => inner.Dispose();
}
