using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tests.Http;

/// <summary>A storage key of a software machine, which opens in software what a TPM would import.</summary>
internal sealed class SoftwareParent : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    public SoftwareParent(string kind = "P-256") => _key = kind switch
    {
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        _ => RSA.Create(2048),
    };

    public CertifiedKey Certified(SoftwareMachine machine) => new() { By = machine.Ak, Public = CertifiedKey.Storage(_key) };

    /// <summary>A body of a release into this key's TPM.</summary>
    public string Body(SoftwareMachine machine, Func<CertifiedKey, CertifiedKey>? change = null) =>
        Body((change?.Invoke(Certified(machine)) ?? Certified(machine)).Members("parent"));

    public static string Body(JsonObject tpm2) =>
        new JsonObject { ["to"] = new JsonObject { ["tpm2"] = tpm2 } }.ToJsonString();

    /// <summary>The public area of what arrived, and the data that it seals.</summary>
    public (TpmPublic Area, byte[] Sealed) Import(JsonNode import)
    {
        using var parent = SoftwareObject.OfKey(_key, CertifiedKey.Storage(_key));
        var area = TpmPublic.ParseSized(Bytes(import["public"]));
        using var opened = DuplicationWrapper.Unwrap(
            new DuplicatedObject(Bytes(import["duplicate"]).AsMemory(2), Bytes(import["symSeed"]).AsMemory(2)), area, parent);
        return (area, opened.Sensitive.Data.ToArray());
    }

    /// <summary>A compact JWE under a key that is known.</summary>
    public static byte[] OpenDirect(byte[] key, string jwe)
    {
        var parts = jwe.Split('.');
        var (nonce, ciphertext, tag) = (Base64Url.Decode(parts[2]), Base64Url.Decode(parts[3]), Base64Url.Decode(parts[4]));
        var content = new byte[ciphertext.Length];
        using var gcm = new AesGcm(key, tag.Length);
        gcm.Decrypt(nonce, ciphertext, tag, content, Encoding.ASCII.GetBytes(parts[0]));
        return content;
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Bytes(JsonNode? text) => Base64Url.Decode(text!.GetValue<string>());
}
