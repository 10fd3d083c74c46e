using Xunit;

namespace KeyBroker.Tpm.Tests;

public sealed class TpmResponseCodeTests
{
    [Theory]
    [InlineData(0x000, "TPM_RC_SUCCESS (0x000)")]
    [InlineData(0x100, "TPM_RC_INITIALIZE (0x100)")]
    [InlineData(0x98E, "TPM_RC_AUTH_FAIL (0x98e, session 1)")]
    [InlineData(0x1CB, "TPM_RC_HANDLE (0x1cb, parameter 1)")]
    [InlineData(0x2C4, "TPM_RC_VALUE (0x2c4, parameter 2)")]
    [InlineData(0x18B, "TPM_RC_HANDLE (0x18b, handle 1)")]
    [InlineData(0x921, "TPM_RC_LOCKOUT (0x921)")]
    [InlineData(0x911, "TPM_RC_REFERENCE_H (0x911)")]
    [InlineData(0x17F, "TPM_RC_0x17f (0x17f)")]
    public void Names_a_code_and_what_it_is_about(uint value, string expected) =>
        Assert.Equal(expected, new TpmResponseCode(value).ToString());

    [Theory]
    [InlineData(0x98E)]
    [InlineData(0x08E)]
    [InlineData(0x9CE)]
    public void Is_a_code_whatever_it_is_about(uint value) =>
        Assert.True(new TpmResponseCode(value).Is(TpmResponseCode.AuthFail));

    [Theory]
    [InlineData(0x908, true)]
    [InlineData(0x90A, true)]
    [InlineData(0x920, true)]
    [InlineData(0x922, true)]
    [InlineData(0x921, false)]
    [InlineData(0x98E, false)]
    [InlineData(0x000, false)]
    public void Only_a_busy_tpm_is_asked_again(uint value, bool expected) =>
        Assert.Equal(expected, new TpmResponseCode(value).IsTransient);
}
