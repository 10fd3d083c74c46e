using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Tests.Http;

/// <summary>Ciphertexts that are none: changed bits, cut and lengthened bodies, other versions and other spellings.</summary>
internal static class Changes
{
    public static IEnumerable<string> Of(string good, int count) =>
        Spellings(good).Concat(Flips(good)).Take(count);

    private static IEnumerable<string> Spellings(string good)
    {
        var (prefix, body) = (good[..6], good[6..]);
        return
        [
            "", "kb", "kb:v1", prefix, body, "kb:v2:" + body, "kb:v0:" + body, "kb:v01:" + body, "kb:v-1:" + body,
            "kb:v99999999999999999999:" + body, "KB:v1:" + body, "kw:v1:" + body, " " + good, good + " ", good + "=", good + "A",
            good + "AAAA", good[..^1], good[..^4], prefix + body[4..], "kb:v1::" + body, "kb:v１:" + body, good.Replace(':', ';'),
            good + "\n", "\uFEFF" + good, prefix + "%2B" + body[3..], prefix + new string('A', body.Length),
        ];
    }

    private static IEnumerable<string> Flips(string good)
    {
        var body = Base64Url.Decode(good[6..]);
        for (var bit = 0; bit < body.Length * 8; bit += 2)
        {
            var flipped = body.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return good[..6] + Base64Url.Encode(flipped);
        }
    }
}
