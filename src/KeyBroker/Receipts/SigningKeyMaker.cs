using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;
using KeyBroker.Storage;
using KeyBroker.Tpm.Structures;
using KeyBroker.Vault;

namespace KeyBroker.Receipts;

/// <summary>Makes signing keys and opens them again: software keys, sealed by the TPM, certified by its attestation key.</summary>
internal sealed class SigningKeyMaker(
    Sealer sealer, BrokerAttestationKey attestationKey, SigningKeyStore store, TimeProvider clock)
{
    private static readonly byte[] s_label = "keybroker-signing-key-v1"u8.ToArray();
    private static readonly int[] s_hostRegisters = [.. Enumerable.Range(0, 16)];

    /// <summary>The key is stored, sealed and certified, before anything is signed with it.</summary>
    public async Task<SigningKeyRow> MakeAsync(string use, string issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = SigningKey.PublicJwkOf(key);
        var secret = key.ExportParameters(includePrivateParameters: true).D!;
        var sealedKey = await sealer.SealAsync(secret, Context(use, jwk.Thumbprint), Residence.Local);
        CryptographicOperations.ZeroMemory(secret);
        var notBefore = clock.GetUtcNow().ToUnixTimeSeconds();
        var statement = Statement(issuer, jwk.Thumbprint, use, notBefore);
        var row = new SigningKeyRow
        {
            Kid = jwk.Thumbprint,
            Use = use,
            PublicJwk = jwk.ToJson(),
            SealedPublic = sealedKey.Public,
            SealedPrivate = sealedKey.Private,
            NotBefore = notBefore,
            Statement = statement,
            Certification = await CertifyAsync(statement),
            State = SigningKeyStore.Active,
        };
        await store.InsertAsync(row);
        return row;
    }

    /// <exception cref="StoreIntegrityException">What the TPM opens is not the private part of the stored key.</exception>
    public async Task<SigningKey> OpenAsync(SigningKeyRow row)
    {
        var sealedKey = new SealedObject(row.SealedPublic, row.SealedPrivate);
        using var secret = await sealer.UnsealAsync(
            sealedKey, Context(row.Use, row.Kid), Residence.Local, CancellationToken.None);
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret.Span.ToArray() };
        try
        {
            var opened = new SigningKey(row.Use, ECDsa.Create(parameters));
            return opened.Kid == row.Kid && opened.Jwk.ToJson() == row.PublicJwk
                ? opened
                : throw new StoreIntegrityException("a signing key was exchanged");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    private static string Context(string use, string kid) => $"signing-key:{use}:{kid}";

    // Contract, section 9. An open end: a key is valid until another statement retires it.
    private static byte[] Statement(string issuer, string jkt, string use, long notBefore) =>
        CanonicalJson.Bytes(new JsonObject
        {
            ["issuer"] = issuer,
            ["jkt"] = jkt,
            ["use"] = use,
            ["notBefore"] = notBefore,
            ["notAfter"] = null,
        });

    private async Task<byte[]> CertifyAsync(byte[] statement)
    {
        var quote = await attestationKey.QuoteAsync(
            SHA256.HashData([.. s_label, .. statement]), [PcrSelection.Of(TpmAlgorithm.Sha256, s_hostRegisters)]);
        return CanonicalJson.Bytes(new JsonObject
        {
            ["attest"] = Base64Url.Encode(quote.Attest),
            ["signature"] = Base64Url.Encode(quote.Signature.ToBytes()),
        });
    }
}
