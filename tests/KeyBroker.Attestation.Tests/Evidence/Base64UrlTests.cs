using KeyBroker.Attestation.Evidence;
using Xunit;

namespace KeyBroker.Attestation.Tests.Evidence;

public sealed class Base64UrlTests
{
    [Theory]
    [InlineData("AA==")]
    [InlineData("AB")]
    [InlineData("AAB")]
    [InlineData("A")]
    [InlineData("AA\n")]
    [InlineData(" AA")]
    [InlineData("A/A")]
    [InlineData("A+A")]
    [InlineData("AA\0")]
    public void Refuses_another_form(string text) =>
        Assert.Equal(ProblemCodes.RequestMalformed, Assert.Throws<DeniedException>(() => Base64Url.Decode(text)).Code);

    [Fact]
    public void Decodes_what_it_encoded()
    {
        for (var length = 0; length < 70; length++)
        {
            byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 3))];
            Assert.Equal(bytes, Base64Url.Decode(Base64Url.Encode(bytes)));
        }
    }
}
