using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Credentials;

public sealed class CfbTests
{
    // SP 800-38A, F.3.13: CFB128-AES128.
    private const string Key = "2b7e151628aed2a6abf7158809cf4f3c";
    private const string Iv = "000102030405060708090a0b0c0d0e0f";
    private const string Plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
    private const string Cipher = "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b";

    [Fact]
    public void Encrypts_as_the_standard_at_every_length()
    {
        for (var length = 0; length <= 32; length++)
        {
            var plain = Convert.FromHexString(Plain)[..length];
            var encrypted = Cfb.Encrypt(Convert.FromHexString(Key), Convert.FromHexString(Iv), plain);

            Assert.Equal(Convert.FromHexString(Cipher)[..length], encrypted);
            Assert.Equal(plain, Cfb.Decrypt(Convert.FromHexString(Key), Convert.FromHexString(Iv), encrypted));
        }
    }

    [Fact]
    public void Starts_at_zero_without_an_iv() => Assert.Equal(
        Cfb.Encrypt(Samples.Fill(32), new byte[16], Samples.Fill(20)),
        Cfb.Encrypt(Samples.Fill(32), default, Samples.Fill(20)));
}
