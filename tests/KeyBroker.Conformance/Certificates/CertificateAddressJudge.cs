using System.Buffers.Text;
using System.Security.Cryptography;
using KeyBroker.Conformance.Keys;

namespace KeyBroker.Conformance.Certificates;

/// <summary>
/// Computes where makers that store no certificate in the TPM publish it. The product never goes there; an operator may.
/// </summary>
internal static class CertificateAddressJudge
{
    public static Verdict Judge(Case one)
    {
        using var key = PublicKeyFile.FromPem(one.ReadText("ek_pub_pem"));
        if (key is not RSA rsa)
        {
            return Verdict.Reject("not an RSA key");
        }

        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        return Verdict.Accept($"{Intel(numbers)} or {Amd(numbers)}");
    }

    private static string Intel(RSAParameters key) => "https://ekop.intel.com/ekcertservice/"
        + Base64Url.EncodeToString(SHA256.HashData([.. key.Modulus!, .. key.Exponent!])) + "%3D";

    private static string Amd(RSAParameters key)
    {
        byte[] exponent = [.. new byte[4 - key.Exponent!.Length], .. key.Exponent];
        var hash = SHA256.HashData([0, 0, 0x22, 0x22, .. exponent, .. key.Modulus!]);
        return "https://ftpm.amd.com/pki/aia/" + Convert.ToHexString(hash.AsSpan(0, 16));
    }
}
