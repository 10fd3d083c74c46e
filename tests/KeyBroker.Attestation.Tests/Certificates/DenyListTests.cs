using KeyBroker.Attestation.Certificates;
using Xunit;

namespace KeyBroker.Attestation.Tests.Certificates;

/// <summary>[EKC-9], [EKC-12]: the file of TPMs that are refused.</summary>
public sealed class DenyListTests
{
    private const string Issuer = "9c0e00000000000000000000000000000000000000000000000000000000000a";
    private static readonly string s_machine = "sha256-" + new string('5', 64);
    private static readonly CertifiedTpm s_tpm = new("id:494E5443", "Part", "id:00070055", Issuer, "00a1b2");

    [Theory]
    [InlineData("", false)]
    [InlineData("# machine and more", false)]
    [InlineData("certificate 9c0e00000000000000000000000000000000000000000000000000000000000a a1b2", true)]
    [InlineData("\t certificate  9C0E00000000000000000000000000000000000000000000000000000000000A  00:A1:B2 # sold\r\n", true)]
    [InlineData("certificate 9c0e00000000000000000000000000000000000000000000000000000000000b a1b2", false)]
    [InlineData("certificate 9c0e00000000000000000000000000000000000000000000000000000000000a a1b3", false)]
    [InlineData("firmware id:494e5443", true)]
    [InlineData("firmware id:494E5443 id:0007", true)]
    [InlineData("firmware id:494E5443 id:0008", false)]
    [InlineData("firmware id:49465800", false)]
    public void Covers_what_its_lines_say(string text, bool covers) =>
        Assert.Equal(covers, EndorsementDenyList.Parse(text).Covers(s_machine, s_tpm));

    [Fact]
    public void Covers_a_machine_without_a_certificate_by_its_id_only()
    {
        Assert.True(EndorsementDenyList.Parse($"firmware id:00\n\nmachine {s_machine}\n").Covers(s_machine, null));
        Assert.False(EndorsementDenyList.Parse("firmware id:00").Covers(s_machine, null));
        Assert.False(EndorsementDenyList.Empty.Covers(s_machine, null));
    }

    [Theory]
    [InlineData("machine")]
    [InlineData("machine web-1")]
    [InlineData("machine sha256-55")]
    [InlineData("machine SHA256-5555555555555555555555555555555555555555555555555555555555555555")]
    [InlineData("machine sha256-555555555555555555555555555555555555555555555555555555555555555A")]
    [InlineData("machine sha256-5555555555555555555555555555555555555555555555555555555555555555 x")]
    [InlineData("certificate 9c0e 01")]
    [InlineData("certificate 9c0e00000000000000000000000000000000000000000000000000000000000a")]
    [InlineData("certificate 9c0e00000000000000000000000000000000000000000000000000000000000a 0")]
    [InlineData("certificate 9c0e00000000000000000000000000000000000000000000000000000000000a xy")]
    [InlineData("firmware INTC")]
    [InlineData("firmware id:494E5443 7")]
    [InlineData("firmware id:")]
    [InlineData("Machine sha256-5555555555555555555555555555555555555555555555555555555555555555")]
    public void Refuses_a_line_of_another_form_and_names_it(string line)
    {
        var failure = Assert.Throws<FormatException>(() => EndorsementDenyList.Parse("# first\n" + line));
        Assert.StartsWith("line 2:", failure.Message, StringComparison.Ordinal);
    }
}
