using System.Security.Cryptography;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Structures;

public sealed class TpmPublicTests
{
    [Fact]
    public void Gives_the_elliptic_curve_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var area = TestKeys.Of(Templates.HighRangeEccP384, key.ExportParameters(false));
        using var ecdh = area.ToEcdh();

        Assert.Equal(key.ExportSubjectPublicKeyInfo(), area.SubjectPublicKeyInfo());
        Assert.Equal(key.ExportParameters(false).Q.X, ecdh.ExportParameters(false).Q.X);
    }

    [Fact]
    public void Gives_the_rsa_key()
    {
        using var key = RSA.Create(2048);

        Assert.Equal(
            key.ExportSubjectPublicKeyInfo(), TestKeys.Of(Templates.EndorsementKeyRsa2048, key).SubjectPublicKeyInfo());
    }

    [Fact]
    public void Pads_short_coordinates()
    {
        using var key = ShortKey();
        var point = key.ExportParameters(false).Q;
        var area = Templates.AttestationKeyEccP256 with { Unique = new EccUnique(point.X.AsMemory(1), point.Y) };

        Assert.Equal(key.ExportSubjectPublicKeyInfo(), area.SubjectPublicKeyInfo());
    }

    [Fact]
    public void Refuses_every_point_one_bit_off_the_curve()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        for (var bit = 0; bit < 256; bit++)
        {
            var y = point.Y!.ToArray();
            y[bit / 8] ^= (byte)(1 << (bit % 8));
            var area = Templates.AttestationKeyEccP256 with { Unique = new EccUnique(point.X, y) };

            Assert.Throws<TpmFormatException>(area.ToKey);
            Assert.Throws<TpmFormatException>(area.ToEcdh);
        }
    }

    [Fact]
    public void Refuses_the_point_at_infinity_and_wide_coordinates()
    {
        Assert.Throws<TpmFormatException>(Templates.AttestationKeyEccP256.ToKey);
        Assert.Throws<TpmFormatException>(
            (Templates.AttestationKeyEccP256 with { Unique = new EccUnique(Samples.Fill(33), Samples.Fill(32)) }).ToKey);
    }

    [Fact]
    public void Refuses_a_modulus_of_another_size()
    {
        using var key = RSA.Create(2048);
        var modulus = key.ExportParameters(false).Modulus!;

        Assert.Throws<TpmFormatException>(Rsa([0, .. modulus]).ToKey);
        Assert.Throws<TpmFormatException>(Rsa(modulus[1..]).ToKey);
        Assert.Throws<TpmFormatException>(Rsa([0x7F, .. modulus[1..]]).ToKey);
        Assert.Throws<TpmFormatException>(Rsa([.. modulus[..^1], 2]).ToKey);
        Assert.Throws<TpmFormatException>(Rsa([]).ToKey);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(65536u)]
    public void Refuses_an_exponent_that_is_none(uint exponent)
    {
        using var key = RSA.Create(2048);
        var area = TestKeys.Of(Templates.EndorsementKeyRsa2048, key);
        var parameters = (RsaPublicParameters)area.Parameters with { Exponent = exponent };

        Assert.Throws<TpmFormatException>((area with { Parameters = parameters }).ToKey);
    }

    [Fact]
    public void Refuses_a_curve_it_does_not_compute_with()
    {
        const TpmEccCurve BnP256 = (TpmEccCurve)0x0010;
        var parameters = (EccPublicParameters)Templates.AttestationKeyEccP256.Parameters with { Curve = BnP256 };
        var area = TpmPublic.Parse((Templates.AttestationKeyEccP256 with { Parameters = parameters }).ToBytes());

        Assert.Throws<TpmFormatException>(area.ToKey);
    }

    [Fact]
    public void Gives_no_key_for_sealed_data()
    {
        var area = TpmPublic.ParseSized(Samples.All["sealed-data"].Bytes);

        Assert.Throws<TpmFormatException>(area.ToKey);
        Assert.Throws<TpmFormatException>(area.ToEcdh);
    }

    private static TpmPublic Rsa(byte[] modulus) =>
        Templates.EndorsementKeyRsa2048 with { Unique = new RsaUnique(modulus) };

    private static ECDsa ShortKey()
    {
        while (true)
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            if (key.ExportParameters(false).Q.X![0] == 0)
            {
                return key;
            }

            key.Dispose();
        }
    }
}
