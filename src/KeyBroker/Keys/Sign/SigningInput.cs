using System.Security.Cryptography;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Vault;

namespace KeyBroker.Keys;

/// <summary>What is signed or verified: a JOSE algorithm and a digest, given as such or made of a message.</summary>
internal sealed record SigningInput(string Alg, byte[] Digest)
{
    private const int LongestMessage = 64 * 1024;

    /// <exception cref="DeniedException">request-malformed, too-large, operation-unsupported.</exception>
    public static SigningInput Of(StrictObject body)
    {
        var alg = body.Text("alg");
        var message = body.OptionalBytes("message");
        var digest = body.OptionalBytes("digest");
        if (message is null == digest is null)
        {
            throw DeniedException.Malformed("either message or digest", "message");
        }

        if (message?.Length > LongestMessage)
        {
            throw new DeniedException(ProblemCodes.TooLarge, "a message is at most 64 KiB");
        }

        return new(alg, digest ?? CryptographicOperations.HashData(SignatureAlgorithm.Find(alg).HashName, message!));
    }
}
