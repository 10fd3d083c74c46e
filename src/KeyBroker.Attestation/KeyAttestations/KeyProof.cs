using KeyBroker.Attestation.Certificates;
using KeyBroker.Tpm;

namespace KeyBroker.Attestation.KeyAttestations;

/// <summary>One step of a proof.</summary>
internal static class KeyProof
{
    /// <exception cref="KeyAttestationException">It fails.</exception>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new KeyAttestationException(message);
        }
    }

    /// <summary>Reads one member, whose name stands before whatever is wrong in it.</summary>
    /// <exception cref="KeyAttestationException">Something is.</exception>
    public static T In<T>(string member, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DeniedException malformed)
        {
            var path = malformed.Reasons.Count > 0 ? malformed.Reasons[0].Path : null;
            throw new KeyAttestationException($"{Joined(member, path)}: {malformed.Message}", malformed);
        }
        catch (Exception malformed) when (malformed is TpmFormatException or CertificateException)
        {
            throw new KeyAttestationException($"{member}: {malformed.Message}", malformed);
        }
    }

    private static string Joined(string member, string? path) => path is null || path == member ? member : $"{member}.{path}";
}
