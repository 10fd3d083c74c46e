using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Client;

/// <summary>The keys that receipts are checked with, and what a TPM says of them where that was asked for.</summary>
public sealed class ReceiptKeys
{
    private readonly JsonObject[] _keys;
    private readonly JsonObject? _signingKeys;
    private TpmPublic? _signer;

    private ReceiptKeys(IEnumerable<JsonObject> keys, JsonObject? signingKeys) => (_keys, _signingKeys) = ([.. keys], signingKeys);

    /// <summary>Whether receipts are held to the certification of their key.</summary>
    public bool AreCertified => _signingKeys is not null;

    /// <summary>The name of the attestation key that certified; null where nothing is certified.</summary>
    public string? AttestationKey => _signer?.Name.ToString();

    /// <summary>Keys of a JWKS (RFC 7517): a signature proves who has the key, and nothing about the key.</summary>
    /// <exception cref="ReceiptException">key: it is none.</exception>
    public static ReceiptKeys OfJwks(JsonObject jwks) => new(List(jwks, "keys"), null);

    /// <summary>The result keys of <c>GET /v1/broker/signing-keys</c>, with their certification.</summary>
    /// <param name="signingKeys">What the broker answered.</param>
    /// <param name="pinned">The name, in hex, of the attestation key that must have certified; null for the one that is named there.</param>
    /// <exception cref="ReceiptException">key, attestation-key.</exception>
    public static ReceiptKeys OfSigningKeys(JsonObject signingKeys, string? pinned = null)
    {
        var results = List(signingKeys, "items").Where(item => Text(item, "use") == "result").Select(item => item["publicJwk"]).OfType<JsonObject>();
        var keys = new ReceiptKeys(results, signingKeys) { _signer = SignerOf(signingKeys) };
        return pinned is null || pinned.Equals(keys.AttestationKey, StringComparison.OrdinalIgnoreCase)
            ? keys
            : throw new ReceiptException(ReceiptReasons.AttestationKey, $"the keys are certified by {keys.AttestationKey}, which is another than asked for");
    }

    /// <summary>These keys, held to a certification that comes from elsewhere.</summary>
    public ReceiptKeys CertifiedBy(ReceiptKeys certified) => new(_keys, certified._signingKeys) { _signer = certified._signer };

    // TOK-30: a name is the digest of its key, or whoever serves the list could put another key under a name that is certified.
    internal ECDsa Find(string? kid)
    {
        var named = _keys.Where(key => kid is not null && Text(key, "kid") == kid).Select(Parse).FirstOrDefault(key => key.Thumbprint == kid);
        return named?.ToEcdsa() ?? throw new ReceiptException(ReceiptReasons.Key, "signed with a key that is not among the broker's for results");
    }

    /// <summary>What the TPM vouched for, or null where that is not asked for.</summary>
    internal CertifiedSigningKey? Certified(string kid)
    {
        if (_signingKeys is null)
        {
            return null;
        }

        var item = List(_signingKeys, "items").FirstOrDefault(one => Text(one, "kid") == kid)
            ?? throw new ReceiptException(ReceiptReasons.Statement, "nothing certifies its key");
        return CertifiedSigningKey.Check(item, _signer!);
    }

    private static PublicJwk Parse(JsonObject jwk)
    {
        try
        {
            return PublicJwk.ParseProofKey(StrictJson.Parse(Encoding.UTF8.GetBytes(jwk.ToJsonString())));
        }
        catch (DeniedException)
        {
            throw new ReceiptException(ReceiptReasons.Key, "the key it names is not one for ES256");
        }
    }

    private static TpmPublic SignerOf(JsonObject signingKeys)
    {
        try
        {
            return TpmPublic.ParseSized(Jose.Decode(Text(signingKeys["ak"] as JsonObject ?? [], "public")));
        }
        catch (Exception malformed) when (malformed is TpmFormatException or BrokerAnswerException)
        {
            throw new ReceiptException(ReceiptReasons.AttestationKey, "the list of keys names no attestation key");
        }
    }

    private static IEnumerable<JsonObject> List(JsonObject json, string member) =>
        (json[member] as JsonArray ?? throw new ReceiptException(ReceiptReasons.Key, $"not a list of keys: '{member}' is missing")).OfType<JsonObject>();

    private static string? Text(JsonObject json, string member) =>
        json[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
