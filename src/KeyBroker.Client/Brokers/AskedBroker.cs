using System.Text.Json.Nodes;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Evidence;
using Base64Url = System.Buffers.Text.Base64Url;

namespace KeyBroker.Client;

/// <summary>What a broker's TPM showed, and the nonce it showed it for.</summary>
public sealed record AskedBroker(VerifiedBroker Broker, byte[] Nonce)
{
    /// <summary>The keys that its results are signed with.</summary>
    internal JsonArray Keys => StrictJson.ParseNode(Broker.Evidence.Jwks)!["keys"]!.AsArray();

    /// <summary>The same, to check with what it signed.</summary>
    public ReceiptKeys ResultKeys => ReceiptKeys.OfJwks(new JsonObject { ["keys"] = Keys.DeepClone() });

    /// <summary>To keep: <see cref="KeptBroker"/> reads it.</summary>
    public JsonObject ToJson() => new()
    {
        ["nonce"] = Base64Url.EncodeToString(Nonce),
        ["evidence"] = Broker.Evidence.ToJson(),
    };
}
