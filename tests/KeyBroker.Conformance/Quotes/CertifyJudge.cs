using KeyBroker.Tpm.Structures;

namespace KeyBroker.Conformance.Quotes;

/// <summary>Verifies what a TPM says of one of its objects: that it holds it, or that it made it.</summary>
internal static class CertifyJudge
{
    public static Verdict Judge(Case one)
    {
        var signature = TpmSignature.Parse(one.Bytes("sig"));
        var bytes = one.Bytes("msg");
        var (import, scheme) = Keys.PublicKeyFile.OfSigner(one);
        using var key = import();
        if ((scheme is not null && (scheme.Scheme != signature.Algorithm || scheme.Hash != signature.Hash))
            || !signature.DangerousVerifyData(key, bytes))
        {
            return Verdict.Reject("the signature is not by this key in its scheme");
        }

        var attest = Attest.Parse(bytes);
        if (one.HexInput("nonce") is { } nonce && !attest.ExtraData.Span.SequenceEqual(nonce))
        {
            return Verdict.Reject("the attestation is over another nonce");
        }

        return one.Subkind == "certify" ? Certify(one, attest) : Creation(one, attest, signature);
    }

    private static Verdict Certify(Case one, Attest attest) => attest.Certify is not { } certify
        ? Verdict.Reject("the attestation is of another type")
        : certify.Name == one.Public("certified_public").Name
            ? Verdict.Accept("the object is certified") with { Name = certify.Name.ToString() }
            : Verdict.Reject("another object is certified");

    // creationHash is by the name algorithm of the object (Part 3, 18.3).
    private static Verdict Creation(Case one, Attest attest, TpmSignature signature)
    {
        var made = one.Public(one.Has("certified_public") ? "certified_public" : "ak_pub");
        return attest.Creation is not { } creation
            ? Verdict.Reject("the attestation is of another type")
            : creation.ObjectName != made.Name
                ? Verdict.Reject("the creation of another object is certified")
                : creation.CreationHash.Span.SequenceEqual(HashAlgorithms.Hash(made.NameAlgorithm, one.Bytes("creation_data")))
                    ? Verdict.Accept("the object's creation is certified" + Signer.Remark(signature)) with { Name = made.Name.ToString() }
                    : Verdict.Reject("the creation data is of another object");
    }
}
