using System.Security.Cryptography;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Credentials;

public sealed class RsaOaepTests
{
    [Theory]
    [InlineData(TpmAlgorithm.Sha256)]
    [InlineData(TpmAlgorithm.Sha384)]
    [InlineData(TpmAlgorithm.Sha512)]
    public void Is_what_the_platform_decrypts_when_the_label_is_empty(TpmAlgorithm hash)
    {
        using var key = RSA.Create(2048);
        var salt = RandomNumberGenerator.GetBytes(HashAlgorithms.Size(hash));
        for (var length = 0; length <= 64; length++)
        {
            var message = Samples.Fill(length);
            var encrypted = RsaOaep.Encrypt(key.ExportParameters(false), hash, default, message, salt);

            Assert.Equal(message, key.Decrypt(encrypted, RSAEncryptionPadding.CreateOaep(HashAlgorithms.ToName(hash))));
        }
    }

    [Fact]
    public void Refuses_a_message_that_does_not_fit()
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(false);
        var most = 256 - 64 - 2;

        Assert.Equal(256, RsaOaep.Encrypt(parameters, TpmAlgorithm.Sha256, default, new byte[most], new byte[32]).Length);
        Assert.Throws<TpmFormatException>(
            () => RsaOaep.Encrypt(parameters, TpmAlgorithm.Sha256, default, new byte[most + 1], new byte[32]));
    }
}
