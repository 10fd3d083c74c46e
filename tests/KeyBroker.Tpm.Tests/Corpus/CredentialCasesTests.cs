using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;
using static KeyBroker.Tpm.Tests.Corpus.RealCases;

namespace KeyBroker.Tpm.Tests.Corpus;

public sealed class CredentialCasesTests
{
    [Fact]
    public void Seeds_come_out_as_elsewhere() => All(
        Of("kdf").Concat(Of("makecredential"))
            .Where(one => Text(one, "id")!.Contains("-encaps-", StringComparison.Ordinal)),
        one => Assert.All(Vectors(one), CheckSeed));

    [Fact]
    public void Credentials_come_out_as_elsewhere() => All(
        Of("makecredential").Where(one => one.GetProperty("files").TryGetProperty("ek_pub_pem", out _)),
        one =>
        {
            var inputs = one.GetProperty("inputs");
            var pem = Encoding.UTF8.GetString(Bytes(one, "ek_pub_pem"));
            var (ek, seed) = Text(one, "id")!.Contains("rsa", StringComparison.Ordinal) ? Rsa(pem) : Ecc(pem);
            var blob = CredentialBlob.Protect(
                ek, new TpmName(Hex(inputs, "ak_name_hex")), Hex(inputs, "secret_hex"), seed);

            byte[] both = [.. blob.Blob, .. blob.Secret];

            Assert.Equal(Hex(one.GetProperty("expected"), "id_object_and_encrypted_secret_hex"), both);
            seed.Dispose();
        });

    private static void CheckSeed(JsonElement vector)
    {
        var key = TpmPublic.Parse(Hex(vector, "PublicKey"));
        var label = Text(vector, "Label")!;
        using var seed = key.Type == TpmAlgorithm.Rsa
            ? SharedSeed.ForRsa(key, label, Hex(vector, "Secret"), Hex(vector, "OAEPSalt"))
            : Agree(key, label, Hex(vector, "EphemeralPrivate"));

        Assert.Equal(Hex(vector, "Secret"), seed.Seed.ToArray());
        Assert.Equal(Hex(vector, "Ciphertext"), seed.Encrypted.ToArray());
    }

    private static (TpmPublic Ek, SharedSeed Seed) Rsa(string pem)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        var ek = TestKeys.Of(Templates.EndorsementKeyRsa2048, key);
        return (ek, SharedSeed.ForRsa(ek, "IDENTITY", new byte[16], new byte[32]));
    }

    // The origin's source of randomness gave only zeros, of which its curve made the scalar 0x42 00 … 00.
    private static (TpmPublic Ek, SharedSeed Seed) Ecc(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var ek = TestKeys.Of(Templates.EndorsementKeyEccP256, key.ExportParameters(false));
        var scalar = new byte[32];
        scalar[1] = 0x42;
        return (ek, Agree(ek, "IDENTITY", scalar));
    }

    private static SharedSeed Agree(TpmPublic key, string label, byte[] scalar)
    {
        var curve = ((EccPublicParameters)key.Parameters).Curve;
        using var ephemeral = ECDiffieHellman.Create(new ECParameters
        {
            Curve = EccCurves.ToPlatform(curve),
            D = EccCurves.Pad(scalar, EccCurves.CoordinateSize(curve)),
        });
        return SharedSeed.ForEcc(key, label, ephemeral);
    }
}
