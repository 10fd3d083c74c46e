using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Gate;

/// <summary>The key out of a proof's header, which is fit for proofs (RFC 9449, 4.3, points 4 to 7) and ready to verify with.</summary>
internal sealed class ProofKey
{
    private readonly ECDsa _ready;

    private ProofKey(PublicJwk jwk) => (Thumbprint, _ready) = (jwk.Thumbprint, jwk.ToEcdsa());

    /// <summary>RFC 7638, what <c>cnf.jkt</c> of a token names.</summary>
    public string Thumbprint { get; }

    /// <exception cref="DeniedException">request-malformed or proof-invalid.</exception>
    public static ProofKey OfHeader(string encoded)
    {
        var header = StrictJson.OpenObject(StrictJson.Parse(Base64Url.Decode(encoded)));
        DpopProof.Require(header.Text("typ") == "dpop+jwt", "typ is not dpop+jwt");
        DpopProof.Require(header.Text("alg") == "ES256", "alg is not ES256");
        DpopProof.Require(!header.Has("crit"), "crit is not understood");
        return new ProofKey(PublicJwk.ParseProofKey(header.Required("jwk")));
    }

    public bool Verifies(ReadOnlySpan<byte> message, byte[] signature) =>
        signature.Length == 64 && _ready.VerifyData(message, signature, HashAlgorithmName.SHA256);
}
