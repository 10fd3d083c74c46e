using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Quotes;

/// <summary>Quotes of real TPMs that other projects published, taken the same way as ours.</summary>
public sealed class PublishedQuoteTests
{
    // What is wrong with these is nothing that the checks of a quote decide.
    private static readonly string[] s_beyondTheQuote =
        ["cmc-quote-azure-badrefs", "kl-quote-wronghash", "sb-quote-t490-missingpcr", "kl-quote-badpcr"];

    private static readonly string s_corpus = Repository.Path("..", "shared", "corpus");

    [Fact]
    public void Judges_each_published_quote_as_its_origin_does()
    {
        Assert.SkipUnless(File.Exists(Corpus("manifest.json")), "the folder ../shared/corpus is not beside this checkout");
        var cases = JsonNode.Parse(File.ReadAllText(Corpus("manifest.json")))!.AsArray()
            .Where(entry => (string?)entry!["subkind"] == "quote_verify")
            .Where(entry => !s_beyondTheQuote.Contains((string)entry!["id"]!))
            .ToList();

        Assert.NotEmpty(cases);
        Assert.All(cases, entry => Assert.Equal(Expected(entry!), Verdict(entry!)));
    }

    // A SHA-1 signature is refused here, whatever its origin thinks of it.
    private static string Expected(JsonNode entry) =>
        (string?)entry["cross_check"]?["own"]?["sig_hash"] == "sha1" || SignatureOf(entry).Hash == TpmAlgorithm.Sha1
            ? "reject"
            : (string)entry["outcome"]!;

    private static string Verdict(JsonNode entry)
    {
        try
        {
            Check(entry);
            return "accept";
        }
        catch (Exception refused) when (refused is DeniedException or TpmFormatException)
        {
            return "reject";
        }
    }

    private static void Check(JsonNode entry)
    {
        var signature = SignatureOf(entry);
        if (signature.Hash == TpmAlgorithm.Sha1)
        {
            throw DeniedException.Malformed("SHA-1");
        }

        var key = AttestationKey.DangerousFromKey(new SignatureScheme(signature.Algorithm, signature.Hash), () => KeyOf(entry));
        var attest = AuthenticQuote.CheckSigned(Bytes(entry, "msg"), signature, key);
        if (entry["inputs"]!["nonce"] is { } nonce && Convert.ToHexStringLower(attest.ExtraData.Span) != (string?)nonce)
        {
            throw DeniedException.Malformed("nonce");
        }

        if (entry["inputs"]!["pcrs"] is JsonObject { Count: > 0 } pcrs)
        {
            VerifiedQuote.CheckRegisters(attest.Quote!, Selected(pcrs, attest.Quote!), key.HashName);
        }
    }

    private static TpmSignature SignatureOf(JsonNode entry) => TpmSignature.Parse(Bytes(entry, "sig"));

    private static AsymmetricAlgorithm KeyOf(JsonNode entry)
    {
        var files = entry["files"]!.AsObject();
        if (files.ContainsKey("ak_pub"))
        {
            var bytes = Bytes(entry, "ak_pub");
            return ((string)entry["formats"]!["ak_pub"]! == "TPM2B_PUBLIC"
                ? TpmPublic.ParseSized(bytes)
                : TpmPublic.Parse(bytes)).ToKey();
        }

        return files.ContainsKey("ak_pub_pem") ? FromPem(entry) : FromCertificate(entry);
    }

    private static AsymmetricAlgorithm FromPem(JsonNode entry)
    {
        var pem = File.ReadAllText(Corpus((string)entry["files"]!["ak_pub_pem"]!));
        AsymmetricAlgorithm key = SignatureOf(entry).Algorithm == TpmAlgorithm.EcDsa ? ECDsa.Create() : RSA.Create();
        key.ImportFromPem(pem);
        return key;
    }

    private static AsymmetricAlgorithm FromCertificate(JsonNode entry)
    {
        var path = Corpus((string)entry["files"]!["ak_cert"]!);
        using var certificate = (string)entry["formats"]!["ak_cert"]! == "DER"
            ? X509CertificateLoader.LoadCertificateFromFile(path)
            : X509Certificate2.CreateFromPem(File.ReadAllText(path));
        return (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey()!;
    }

    // Some origins list more registers than were quoted.
    private static Dictionary<TpmAlgorithm, SortedDictionary<int, byte[]>> Selected(JsonObject pcrs, QuoteInfo quoted)
    {
        var values = new Dictionary<TpmAlgorithm, SortedDictionary<int, byte[]>>();
        foreach (var selection in quoted.Pcrs.Where(selection => !selection.IsEmpty))
        {
            var bank = pcrs[PcrBanks.NameOf(selection.Bank)] as JsonObject ?? [];
            values[selection.Bank] = new(bank
                .Where(register => selection.Contains(int.Parse(register.Key, CultureInfo.InvariantCulture)))
                .ToDictionary(
                    register => int.Parse(register.Key, CultureInfo.InvariantCulture),
                    register => Convert.FromHexString((string)register.Value!)));
        }

        return values;
    }

    private static byte[] Bytes(JsonNode entry, string role) =>
        File.ReadAllBytes(Corpus((string)entry["files"]![role]!));

    private static string Corpus(string path) => Path.Combine(s_corpus, path);
}
