using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Client;

/// <summary>Opens what a broker's result key signed, and holds it to the certification of that key.</summary>
internal static class BrokerJws
{
    /// <exception cref="ReceiptException">malformed, type, key or signature.</exception>
    public static (JsonObject Claims, string Kid) Open(string compact, string type, ReceiptKeys keys)
    {
        try
        {
            return OpenStrictly(compact, type, keys);
        }
        catch (DeniedException malformed)
        {
            throw new ReceiptException(ReceiptReasons.Malformed, $"not a compact JWS: {malformed.Message}");
        }
    }

    /// <summary>Asks for what a TPM said of the key, where that was asked for.</summary>
    /// <param name="claims">With <c>iat</c> and <c>iss</c>.</param>
    /// <exception cref="ReceiptException">statement, attestation-key, quote, period or issuer.</exception>
    public static void RequireCertified(JsonObject claims, string kid, ReceiptKeys keys)
    {
        if (keys.Certified(kid) is not { } certified)
        {
            return;
        }

        var at = ReceiptContent.TimeOf(claims);
        Require(certified.NotBefore <= at && at < certified.NotAfter, ReceiptReasons.Period, "signed outside the time for which its key is certified");
        Require(certified.Issuer == (string?)claims["iss"], ReceiptReasons.Issuer, "its key is certified for another broker");
    }

    private static (JsonObject Claims, string Kid) OpenStrictly(string compact, string type, ReceiptKeys keys)
    {
        var parts = compact.Split('.');
        Require(parts.Length == 3, ReceiptReasons.Malformed, "not a compact JWS");
        var header = Read(parts[0]);
        Require(
            header.OptionalText("alg") == "ES256" && header.OptionalText("typ") == type && !header.Has("crit") && !header.Has("b64"),
            ReceiptReasons.Type, $"not a broker's {type}");
        var kid = header.OptionalText("kid");
        using var key = keys.Find(kid);
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Require(
            key.VerifyData(signed, Base64Url.Decode(parts[2]), HashAlgorithmName.SHA256), ReceiptReasons.Signature, "its signature is wrong");

        _ = Read(parts[1]); // Strictly: the reader behind it takes the last of two equal members.
        return (StrictJson.ParseNode(Base64Url.Decode(parts[1]))!.AsObject(), kid!);
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
