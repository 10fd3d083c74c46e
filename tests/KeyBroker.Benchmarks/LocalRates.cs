using System.Security.Cryptography;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>What one core and one TPM can do by themselves: the bounds of what a broker on them can.</summary>
internal static class LocalRates
{
    public static double Verify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var digest = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
        var signature = key.SignHash(digest);
        using var ready = ECDsa.Create(key.ExportParameters(includePrivateParameters: false));
        return Rate.Of(() => Expect(ready.VerifyHash(digest, signature)));
    }

    public static async Task<double> TpmSignAsync()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        return Rate.Of(Signing(tpm));
    }

    /// <summary>One signature with a key that stays loaded.</summary>
    public static Action Signing(Tpm.Tpm tpm)
    {
        var key = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), SigningKey())).Object.WithPassword();
        var digest = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
        return () => tpm.Execute(new Sign(key, digest));
    }

    private static TpmPublic SigningKey()
    {
        var template = Templates.AttestationKeyEccP256;
        return template with { Attributes = template.Attributes & ~ObjectAttributes.Restricted };
    }

    private static void Expect(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("a good signature was refused");
        }
    }
}
