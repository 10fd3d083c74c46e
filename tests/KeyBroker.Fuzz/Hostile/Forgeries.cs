using System.Buffers.Binary;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.Fuzz.Hostile;

/// <summary>Everything that can be done to a run, given how an honest one went.</summary>
/// <param name="honest">The exchanges of an earlier, honest run of the same flow.</param>
internal sealed class Forgeries(IReadOnlyList<RecordedExchange> honest)
{
    private const int MostGrowth = 16;

    // Of every format and about every place; those that ask to send again, and what no TPM says.
    private static readonly uint[] s_codes =
    [
        0x01E, 0x100, 0x101, 0x120, 0x125, 0x143, 0x082, 0x18B, 0x1C4, 0x2D5, 0x98E, 0x99D, 0x9A2, 0x901, 0x902, 0x903,
        0x905, 0x908, 0x90A, 0x910, 0x918, 0x920, 0x921, 0x922, 0xFFF, 0x80280400, 0xFFFFFFFF,
    ];

    public IEnumerable<Forgery> All() => [.. Enumerable.Range(0, honest.Count).SelectMany(Of)];

    private IEnumerable<Forgery> Of(int exchange) =>
    [
        .. Changes("command", exchange, honest[exchange].Command.ToArray(), isCommand: true),
        .. Changes("response", exchange, honest[exchange].Response.ToArray(), isCommand: false),
        .. Stripped(exchange),
        .. Exchanged(exchange),
        .. Codes(exchange),
    ];

    private static IEnumerable<Forgery> Changes(string of, int exchange, byte[] frame, bool isCommand)
    {
        foreach (var bit in Enumerable.Range(0, frame.Length * 8))
        {
            yield return new($"{of}: bit flipped", exchange, isCommand, bytes => Frames.Flip(bytes, bit));
        }

        foreach (var length in Enumerable.Range(0, frame.Length + MostGrowth).Where(length => length != frame.Length))
        {
            var change = length < frame.Length ? "cut" : "grown";
            yield return new(
                $"{of}: {change}, as its header says", exchange, isCommand, bytes => Frames.ResizeHonestly(bytes, length));
            yield return new(
                $"{of}: {change}, not as its header says", exchange, isCommand, bytes => Frames.Resize(bytes, length));
        }
    }

    private IEnumerable<Forgery> Stripped(int exchange)
    {
        var command = honest[exchange].Command.Span;
        if (!Frames.HasSessions(command))
        {
            yield break;
        }

        // Every command of the flow with a session has one handle, but for GetRandom with none.
        var code = (TpmCommandCode)BinaryPrimitives.ReadUInt32BigEndian(command[6..]);
        var handles = code == TpmCommandCode.GetRandom ? 0 : 1;
        var returned = code == TpmCommandCode.Load ? 1 : 0;
        yield return new("command: session stripped", exchange, true, bytes => Frames.WithoutCommandSessions(bytes, handles));
        yield return new("command: HMAC stripped", exchange, true, bytes => Frames.WithoutCommandHmac(bytes, handles));
        yield return new("response: session stripped", exchange, false, bytes => Frames.WithoutResponseSessions(bytes, returned));
        yield return new("response: HMAC stripped", exchange, false, bytes => Frames.WithoutResponseHmac(bytes, returned));
    }

    /// <summary>Frames of an earlier run in place of the true ones: the same, and those of other commands.</summary>
    private IEnumerable<Forgery> Exchanged(int exchange)
    {
        for (var other = 0; other < honest.Count; other++)
        {
            var (command, response) = (honest[other].Command, honest[other].Response);
            var which = other == exchange ? "replayed" : "of another command";
            yield return new($"command: {which}", exchange, true, _ => command.ToArray());
            yield return new($"response: {which}", exchange, false, _ => response.ToArray());
        }
    }

    private static IEnumerable<Forgery> Codes(int exchange)
    {
        foreach (var code in s_codes)
        {
            yield return new("response: code changed", exchange, false, bytes => Frames.WithCode(bytes, code));
            yield return new("response: refusal instead", exchange, false, _ => Frames.Refusal(code));
            yield return new("response: refusals from here on", exchange, false, _ => Frames.Refusal(code)) { Lasts = true };
        }

        yield return new("response: success without content", exchange, false, _ => Frames.Refusal(0));
    }
}
