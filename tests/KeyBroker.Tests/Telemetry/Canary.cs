using System.Security.Cryptography;
using System.Text;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Tests.Telemetry;

/// <summary>Bytes that must not be seen again, and the ways they could be written.</summary>
internal sealed record Canary(string What, byte[] Bytes)
{
    public static Canary Random(string what) => new(what, RandomNumberGenerator.GetBytes(24));

    public static Canary Of(string what, string text) => new(what, Encoding.UTF8.GetBytes(text));

    public string Text => Base64Url.Encode(Bytes);

    public IEnumerable<string> Forms =>
    [
        Text, Convert.ToBase64String(Bytes), Convert.ToHexString(Bytes), Convert.ToHexStringLower(Bytes), Encoding.UTF8.GetString(Bytes),
    ];

    public int CountIn(string text) => Forms.Count(form => text.Contains(form, StringComparison.Ordinal));
}
