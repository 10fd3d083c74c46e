using KeyBroker.Tpm.Transports;

namespace KeyBroker.Fuzz.Hostile;

/// <summary>Sits on the bus between the library and its TPM, forges one exchange, and keeps what was on either side of it.</summary>
internal sealed class Interposer(ITpmTransport inner, Forgery? forgery) : ITpmTransport
{
    private readonly List<RecordedExchange> _exchanges = [];
    private readonly List<byte[]> _seen = [];

    public bool IsResourceManaged => false;

    /// <summary>The exchanges as the library had them.</summary>
    public IReadOnlyList<RecordedExchange> Exchanges => _exchanges;

    public byte[] Transceive(ReadOnlySpan<byte> command)
    {
        var number = _exchanges.Count;
        var sent = command.ToArray();
        _exchanges.Add(new(sent, default));
        var passed = Forge(sent, number, isCommand: true);
        var response = inner.Transceive(passed);
        _exchanges[number] = new(sent, response.ToArray());
        return Forge(response, number, isCommand: false);
    }

    public void Dispose()
    {
        // The connection outlives the run.
    }

    /// <summary>Whether a secret, or eight bytes of it, went over the bus.</summary>
    public bool Saw(ReadOnlySpan<byte> secret)
    {
        foreach (var bytes in _seen)
        {
            if (bytes.AsSpan().IndexOf(secret[..8]) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private byte[] Forge(byte[] bytes, int number, bool isCommand)
    {
        _seen.Add([.. bytes]);
        if (forgery?.Concerns(number, isCommand) != true)
        {
            return bytes;
        }

        var forged = forgery.Change([.. bytes]);
        _seen.Add([.. forged]);
        return forged;
    }
}
