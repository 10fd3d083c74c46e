using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;
using AttestationKey = KeyBroker.Attestation.Endorsements.AttestationKey;

namespace KeyBroker.Client;

/// <summary>A result key of a broker for which the TPM of its host vouched, for a time. It cannot exist otherwise.</summary>
internal sealed class CertifiedSigningKey
{
    private const int QuotedRegisters = 16;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private CertifiedSigningKey(string issuer, DateTimeOffset notBefore, DateTimeOffset notAfter) =>
        (Issuer, NotBefore, NotAfter) = (issuer, notBefore, notAfter);

    public string Issuer { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    /// <param name="item">An item of the broker's list of signing keys.</param>
    /// <param name="signer">The key that must have signed, as the list or the verifier's own knowledge names it.</param>
    /// <exception cref="ReceiptException">statement, quote or attestation-key.</exception>
    public static CertifiedSigningKey Check(JsonObject item, TpmPublic signer)
    {
        try
        {
            var bytes = Jose.Decode((string?)item["statement"]);
            var certified = CheckStatement(bytes, item);
            CheckQuote(bytes, item["certification"] as JsonObject ?? [], KeyOf(signer));
            return certified;
        }
        catch (Exception malformed) when (malformed is BrokerAnswerException or DeniedException or TpmFormatException or FormatException or InvalidOperationException)
        {
            throw new ReceiptException(ReceiptReasons.Statement, $"the certification of its key is malformed: {malformed.Message}");
        }
    }

    // Contract 9: the statement is about this very key, and says that it signs results.
    private static CertifiedSigningKey CheckStatement(byte[] bytes, JsonObject item)
    {
        var statement = StrictJson.ParseObject(bytes, "issuer", "jkt", "use", "notBefore", "notAfter");
        var key = PublicJwk.Parse(item["publicJwk"]?.ToJsonString() ?? "");
        Require(statement.Text("jkt") == key.Thumbprint && (string?)item["kid"] == key.Thumbprint, ReceiptReasons.Statement, "the statement is about another key");
        Require(statement.Text("use") == "result", ReceiptReasons.Statement, "the statement is about a key that does not sign results");
        return new CertifiedSigningKey(statement.Text("issuer"), Time(statement.Text("notBefore")), Time(statement.Text("notAfter")));
    }

    // Contract 9: the broker's AK quoted over the statement, and over the registers that are shown.
    private static void CheckQuote(byte[] statement, JsonObject certification, AttestationKey signer)
    {
        var attest = Jose.Decode((string?)certification["attest"]);
        var signature = TpmSignature.Parse(Jose.Decode((string?)certification["signature"]));
        Require(signer.Verifies(attest, signature), ReceiptReasons.AttestationKey, "the certification of its key is not signed by the attestation key");
        Require(Attest.PeekHeader(attest) is (Attest.GeneratedValue, Attest.QuoteType), ReceiptReasons.Quote, "the certification of its key is no quote");
        var quote = Attest.Parse(attest);
        byte[] vouched = SHA256.HashData([.. "keybroker-signing-key-v1"u8, .. statement]);
        Require(quote.ExtraData.Span.SequenceEqual(vouched), ReceiptReasons.Quote, "the quote is over another statement");
        Require(quote.Quote!.Pcrs is [var selected] && IsAsked(selected), ReceiptReasons.Quote, "the quote is not over the SHA-256 registers 0 to 15");
        Require(certification["pcrs"] is JsonObject pcrs && Hashes(quote.Quote!, pcrs), ReceiptReasons.Quote, "the quote is over other registers than are shown");
    }

    private static bool IsAsked(PcrSelection selected) =>
        selected.Bank == TpmAlgorithm.Sha256 && selected.Indices.Order().SequenceEqual(Enumerable.Range(0, QuotedRegisters));

    private static bool Hashes(QuoteInfo quote, JsonObject pcrs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var register in quote.Pcrs.Single().Indices)
        {
            hash.AppendData(Convert.FromHexString((string?)pcrs["sha256"]?[register.ToString(CultureInfo.InvariantCulture)] ?? ""));
        }

        return quote.PcrDigest.Span.SequenceEqual(hash.GetHashAndReset());
    }

    private static AttestationKey KeyOf(TpmPublic signer)
    {
        try
        {
            return AttestationKey.Check(signer);
        }
        catch (DeniedException denied)
        {
            throw new ReceiptException(ReceiptReasons.AttestationKey, $"what certified its key is no attestation key: {denied.Message}");
        }
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static void Require(bool holds, string reason, string message)
    {
        if (!holds)
        {
            throw new ReceiptException(reason, message);
        }
    }
}
