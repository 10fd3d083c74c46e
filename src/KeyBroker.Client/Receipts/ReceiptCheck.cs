using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Client;

/// <summary>Checks kept receipts without a broker: signature, everything that a receipt names, and what is expected of it.</summary>
public sealed class ReceiptCheck(ReceiptKeys keys, ReceiptExpectations expected)
{
    /// <summary>What a public address of a broker answers: its JWKS, or its list of signing keys.</summary>
    public static async Task<JsonObject> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        using var transport = BrokerTransport.ToUrl(new Uri(address.GetLeftPart(UriPartial.Authority)));
        return (await transport.SendAsync(HttpMethod.Get, address.PathAndQuery, null, cancellationToken)).Json();
    }

    /// <summary>The broker's signing keys, to be kept beside receipts.</summary>
    public static Task<JsonObject> FetchKeysAsync(Uri broker, CancellationToken cancellationToken) =>
        FetchAsync(new Uri(broker, "/v1/broker/signing-keys"), cancellationToken);

    /// <summary>The claims of a receipt.</summary>
    /// <exception cref="ReceiptException">Which check fails.</exception>
    public JsonObject Verify(string receipt)
    {
        try
        {
            return VerifyParts(receipt);
        }
        catch (DeniedException malformed)
        {
            throw new ReceiptException(ReceiptReasons.Malformed, $"not a compact JWS: {malformed.Message}");
        }
    }

    private JsonObject VerifyParts(string receipt)
    {
        var parts = receipt.Split('.');
        Require(parts.Length == 3, ReceiptReasons.Malformed, "not a compact JWS");
        var header = Read(parts[0]);
        Require(
            header.Text("alg") == "ES256" && header.Text("typ") == "keybroker-result+jwt" && !header.Has("crit") && !header.Has("b64"),
            ReceiptReasons.Type, "not a receipt");
        var kid = header.OptionalText("kid");
        using var key = keys.Find(kid);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Require(key.VerifyData(signed, Base64Url.Decode(parts[2]), HashAlgorithmName.SHA256), ReceiptReasons.Signature, "its signature is wrong");

        _ = Read(parts[1]);
        var claims = StrictJson.ParseNode(Base64Url.Decode(parts[1]))!.AsObject();
        ReceiptContent.Check(claims, expected);
        CheckCertification(keys.Certified(kid!), claims);
        return claims;
    }

    private static void CheckCertification(CertifiedSigningKey? certified, JsonObject claims)
    {
        if (certified is null)
        {
            return;
        }

        var at = DateTimeOffset.FromUnixTimeSeconds((long)claims["iat"]!);
        Require(certified.NotBefore <= at && at < certified.NotAfter, ReceiptReasons.Period, "signed outside the time for which its key is certified");
        Require(certified.Issuer == (string?)claims["iss"], ReceiptReasons.Issuer, "its key is certified for another broker");
    }

    private static StrictObject Read(string part) => StrictJson.OpenObject(StrictJson.Parse(Base64Url.Decode(part)));

    private static void Require(bool holds, string reason, string message)
    {
        if (!holds)
        {
            throw new ReceiptException(reason, message);
        }
    }
}
