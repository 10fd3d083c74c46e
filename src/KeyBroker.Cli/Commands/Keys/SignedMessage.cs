using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>The message of a signature as a call takes it: one too long to send is hashed here, which gives the same signature.</summary>
internal static class SignedMessage
{
    private const int LongestMessage = 64 * 1024;

    public static JsonObject Complete(JsonObject item, string alg, int? version)
    {
        item.TryAdd("alg", alg);
        if (version is not null)
        {
            item.TryAdd("version", version);
        }

        if (item["message"] is JsonValue text && text.GetValue<string>().Length > Base64Url.GetEncodedLength(LongestMessage))
        {
            var message = Base64Url.DecodeFromChars(text.GetValue<string>());
            if (SigningAlgorithm.Hash((string?)item["alg"]) is { } hash)
            {
                item.Remove("message");
                item["digest"] = Base64Url.EncodeToString(CryptographicOperations.HashData(hash, message));
            }
        }

        return item;
    }
}
