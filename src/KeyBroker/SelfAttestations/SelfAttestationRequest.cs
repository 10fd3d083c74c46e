using KeyBroker.Attestation;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.SelfAttestations;

/// <summary>What a caller asks of the broker: a quote for its nonce, and whether one TPM holds two keys.</summary>
/// <param name="Key">The same for two requests that one answer serves.</param>
internal sealed record SelfAttestationRequest(byte[] Nonce, CredentialBlob? Credential, string Key)
{
    // Part 2, 11.4.3 and 12.4.3: an RSA ciphertext of 4096 bits, and a digest with its integrity.
    private const int LargestSecret = 512;
    private const int LargestBlob = 256;

    /// <exception cref="DeniedException">request-malformed.</exception>
    public static SelfAttestationRequest Read(StrictObject members, string key)
    {
        var nonce = members.Bytes("nonce");
        if (nonce.Length is < BrokerBinding.ShortestNonce or > BrokerBinding.LongestNonce)
        {
            throw DeniedException.Malformed(
                $"{BrokerBinding.ShortestNonce} to {BrokerBinding.LongestNonce} bytes are expected", "nonce");
        }

        return new SelfAttestationRequest(nonce, members.Optional("credential") is { } json ? ReadCredential(json) : null, key);
    }

    /// <summary>Not for this TPM's keys, or made otherwise than this protocol makes it: one answer, whatever is wrong.</summary>
    public static DeniedException Unopened() =>
        DeniedException.Malformed("the credential is not one for this broker's two keys, with a secret of 32 bytes", "credential");

    private static CredentialBlob ReadCredential(System.Text.Json.JsonElement json)
    {
        var members = StrictJson.Object(json, "blob", "secret");
        return new CredentialBlob(
            Sized(members.Bytes("blob"), LargestBlob, "credential.blob"), Sized(members.Bytes("secret"), LargestSecret, "credential.secret"));
    }

    // They go into a command as they are: what stands in them must end where it says.
    private static byte[] Sized(byte[] bytes, int largest, string path)
    {
        try
        {
            var reader = new TpmReader(bytes);
            _ = reader.ReadSized(largest);
            reader.ExpectEnd();
            return bytes;
        }
        catch (TpmFormatException)
        {
            throw DeniedException.Malformed("a TPM2B structure is expected", path);
        }
    }
}
