using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Keys;

/// <summary>Computes the names of public areas, of foreign keys, and of objects under their parents.</summary>
internal static class NameJudge
{
    public static Verdict Judge(Case one)
    {
        if (one.Input("chain") is not null)
        {
            return Accept(QualifiedName.Of(one));
        }

        if (one.Has("public_pem"))
        {
            return Accept(Foreign(one).Name);
        }

        var area = one.Public("public");
        if (area.Type is TpmAlgorithm.Rsa or TpmAlgorithm.Ecc)
        {
            using var key = area.ToKey(); // A point off its curve has no name worth having.
        }

        return Accept(area.Name);
    }

    public static Verdict JudgeAttestation(Case one)
    {
        var attest = Attest.Parse(one.Bytes("attest"));
        return Verdict.Accept($"type {attest.Type:x4}") with { Name = attest.Certify?.Name.ToString() };
    }

    private static Verdict Accept(TpmName name) => Verdict.Accept("named") with { Name = name.ToString() };

    private static TpmPublic Foreign(Case one)
    {
        var key = PublicKeyFormats.FromPem(one.ReadText("public_pem"));
        return key with
        {
            NameAlgorithm = one.TextInput("name_alg") is { } hash ? Case.Hash(hash) : key.NameAlgorithm,
            Attributes = one.TextInput("attributes") is { } attributes
                ? (ObjectAttributes)Convert.ToUInt32(attributes, 16)
                : key.Attributes,
        };
    }
}
