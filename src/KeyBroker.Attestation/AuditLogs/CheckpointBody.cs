using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KeyBroker.Attestation.AuditLogs;

/// <summary>
/// What a checkpoint says of a log, as the text that is signed: a C2SP tlog-checkpoint (origin, size, root) with three lines
/// more, for the head of the hash chain, the value of the counter in the TPM, and the time.
/// </summary>
public sealed record CheckpointBody
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const string ChainLabel = "chain ";
    private const string CounterLabel = "counter ";
    private const string TimeLabel = "time ";
    private static readonly byte[] s_context = "keybroker-audit-checkpoint-v1"u8.ToArray();

    /// <summary>Which log: the issuer, and the name of its TPM's storage root key behind the last slash.</summary>
    public required string Origin { get; init; }

    public required long Size { get; init; }

    public required byte[] Root { get; init; }

    /// <summary>The hash of the last record in the chain.</summary>
    public required byte[] Chain { get; init; }

    public required long Counter { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The part of the origin that stays when the broker is called by another URL.</summary>
    public string Log => Origin[(Origin.LastIndexOf('/') + 1)..];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n{ChainLabel}{Convert.ToHexStringLower(Chain)}\n{CounterLabel}{Counter}\n{TimeLabel}{At.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture)}\n");

    /// <summary>What the TPM signs along with its counter.</summary>
    public static byte[] QualifyingData(string text) => SHA256.HashData([.. s_context, .. Encoding.UTF8.GetBytes(text)]);

    /// <exception cref="CheckpointException">Another text, or this one in another form.</exception>
    public static CheckpointBody Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines is not [{ Length: > 0 } origin, var size, var root, var chain, var counter, var time, ""])
        {
            throw new CheckpointException("it is not the text of a checkpoint");
        }

        try
        {
            var body = new CheckpointBody
            {
                Origin = origin,
                Size = Number(size),
                Root = Convert.FromBase64String(root),
                Chain = Convert.FromHexString(After(ChainLabel, chain)),
                Counter = Number(After(CounterLabel, counter)),
                At = DateTimeOffset.ParseExact(After(TimeLabel, time), Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            };

            // One text, one meaning.
            return body.ToString() == text && body.Root.Length == MerkleHash.Size && body.Chain.Length == MerkleHash.Size
                ? body
                : throw new CheckpointException("its text is not in the one form there is");
        }
        catch (FormatException malformed)
        {
            throw new CheckpointException("its text is malformed", malformed);
        }
    }

    private static string After(string label, string line) =>
        line.StartsWith(label, StringComparison.Ordinal) ? line[label.Length..] : throw new FormatException(label);

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException(text);
}
