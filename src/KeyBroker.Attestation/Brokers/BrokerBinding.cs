using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KeyBroker.Attestation.Brokers;

/// <summary>What a broker's TPM signs, and what it answers, so that neither is of use for anything else.</summary>
public static class BrokerBinding
{
    public const int ShortestNonce = 16;
    public const int LongestNonce = 64;

    /// <summary>How long the secret in a credential is: too long for anybody to find it from its answer.</summary>
    public const int SecretLength = 32;

    /// <summary>BRA-2. The extraData of the quote: the nonce, with its length in two bytes, big-endian, and the published keys.</summary>
    public static byte[] ExtraData(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> jwks)
    {
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)nonce.Length);
        return SHA256.HashData([.. "keybroker-broker-attestation-v1"u8, .. length, .. nonce, .. jwks]);
    }

    /// <summary>BRA-6. The answer to a credential: shows to whoever made it that the TPM opened it, and tells nobody what is in it.</summary>
    public static byte[] Activation(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> nonce) =>
        HMACSHA256.HashData(secret, [.. "keybroker-broker-activation-v1"u8, .. nonce]);
}
