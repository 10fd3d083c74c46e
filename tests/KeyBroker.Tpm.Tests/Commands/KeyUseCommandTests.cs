using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>Keyed hashes and RSA decryption, held against the platform's own.</summary>
public sealed class KeyUseCommandTests : OnSwtpm
{
    private const ObjectAttributes Common = ObjectAttributes.UserWithAuth | ObjectAttributes.NoDa;
    private const ObjectAttributes Made = Common | ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.SensitiveDataOrigin;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    public void Authenticates_a_message_with_a_key_it_was_given(int length)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var message = RandomNumberGenerator.GetBytes(length);
        Assert.Equal(HMACSHA256.HashData(key, message), Tpm.Execute(new Hmac(HmacKey(key).WithPassword(), message)));
    }

    [Fact]
    public void Authenticates_a_long_message_in_parts()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var message = RandomNumberGenerator.GetBytes(3000);
        byte[] auth = [1, 2, 3];
        var sequence = Tpm.Execute(new HmacStart(HmacKey(key).WithPassword(), auth));
        Tpm.Execute(new SequenceUpdate(sequence.WithPassword(auth), message.AsMemory(0, 1024)));
        Tpm.Execute(new SequenceUpdate(sequence.WithPassword(auth), message.AsMemory(1024, 1024)));
        Assert.Equal(
            HMACSHA256.HashData(key, message),
            Tpm.Execute(new SequenceComplete(sequence.WithPassword(auth), message.AsMemory(2048))));
    }

    [Fact]
    public void Decrypts_what_was_encrypted_to_an_oaep_key_and_nothing_else()
    {
        var made = CreatePrimary(new TpmPublic
        {
            Type = TpmAlgorithm.Rsa,
            NameAlgorithm = TpmAlgorithm.Sha256,
            Attributes = Made | ObjectAttributes.Decrypt,
            Parameters = new RsaPublicParameters(
                SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256), 2048, 0),
            Unique = new RsaUnique(default),
        });
        using var rsa = (RSA)made.Public.ToKey();
        var ciphertext = rsa.Encrypt("secret"u8, RSAEncryptionPadding.OaepSHA256);
        Assert.Equal("secret"u8, Tpm.Execute(new RsaDecrypt(made.Object.WithPassword(), ciphertext)));

        ciphertext[10] ^= 1;
        var refused = Assert.Throws<TpmException>(() => Tpm.Execute(new RsaDecrypt(made.Object.WithPassword(), ciphertext)));

        // Not every TPM says that a value is wrong: libtpms says that it failed, and goes on.
        Assert.True(
            refused.Code.Is(TpmResponseCode.WrongValue) || refused.Code.Is(TpmResponseCode.Failure), refused.Code.ToString());
        Tpm.Execute(new ReadClock());
    }

    private TpmObject HmacKey(byte[] key)
    {
        var template = new TpmPublic
        {
            Type = TpmAlgorithm.KeyedHash,
            NameAlgorithm = TpmAlgorithm.Sha256,
            Attributes = Common | ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.Sign,
            Parameters = new KeyedHashParameters(new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256)),
            Unique = new DigestUnique(default),
        };
        return Tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), template, new Sensitive(default, key))).Object;
    }
}
