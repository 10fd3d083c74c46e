using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Keys;

/// <summary>Makes the seeds and credentials of published vectors, whose randomness is known.</summary>
internal static class CredentialJudge
{
    private const string Identity = "IDENTITY";

    public static Verdict Judge(Case one) => one.Has("vectors") ? Seeds(one) : Credential(one);

    private static Verdict Seeds(Case one)
    {
        using var document = JsonDocument.Parse(one.Bytes("vectors"));
        var vectors = document.RootElement.EnumerateArray().ToList();
        var wrong = vectors.Where(vector => !Holds(vector)).Select(vector => Case.Text(vector, "Name")).ToList();
        return wrong.Count == 0
            ? Verdict.Accept($"{vectors.Count} vectors")
            : Verdict.Reject("come out otherwise: " + string.Join(", ", wrong));
    }

    private static bool Holds(JsonElement vector)
    {
        var key = TpmPublic.Parse(Case.Hex(vector, "PublicKey"));
        var label = Case.Text(vector, "Label")!;
        using var seed = key.Type == TpmAlgorithm.Rsa
            ? SharedSeed.ForRsa(key, label, Case.Hex(vector, "Secret"), Case.Hex(vector, "OAEPSalt"))
            : Agree(key, label, Case.Hex(vector, "EphemeralPrivate"));
        return seed.Seed.SequenceEqual(Case.Hex(vector, "Secret"))
            && seed.Encrypted.Span.SequenceEqual(Case.Hex(vector, "Ciphertext"));
    }

    // The origin's source of randomness gave only zeros, of which its curve made the scalar 0x42 00 … 00.
    private static Verdict Credential(Case one)
    {
        using var key = PublicKeyFile.FromPem(one.ReadText("ek_pub_pem"));
        var like = key is RSA ? Templates.EndorsementKeyRsa2048 : Templates.EndorsementKeyEccP256;
        var ek = PublicKeyFormats.FromPem(one.ReadText("ek_pub_pem"), like);
        var scalar = new byte[32];
        scalar[1] = 0x42;
        using var seed = key is RSA
            ? SharedSeed.ForRsa(ek, Identity, new byte[16], new byte[32])
            : Agree(ek, Identity, scalar);
        var blob = CredentialBlob.Protect(ek, new TpmName(one.HexInput("ak_name_hex")), one.HexInput("secret_hex"), seed);
        byte[] both = [.. blob.Blob, .. blob.Secret];
        return Verdict.Accept("made with randomness of zeros") with
        {
            Digest = ImmutableSortedDictionary<string, string>.Empty.Add("id_object_and_encrypted_secret", Convert.ToHexStringLower(both)),
        };
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
