using System.Security.Cryptography;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Attestation.Endorsements;

/// <summary>An endorsement key of a TCG default template, and the machine id that follows from it.</summary>
public sealed class EndorsementKey
{
    private EndorsementKey(TpmPublic publicArea) => (Public, MachineId) = (publicArea, MachineIdOf(publicArea));

    public TpmPublic Public { get; }

    /// <summary><c>sha256-</c> and the hex SHA-256 of the SubjectPublicKeyInfo.</summary>
    public string MachineId { get; }

    /// <exception cref="DeniedException">enrollment-denied: ek-template.</exception>
    public static EndorsementKey Check(TpmPublic publicArea)
    {
        if (!Templates.IsEndorsementTemplate(publicArea))
        {
            throw Denied();
        }

        try
        {
            return new EndorsementKey(publicArea);
        }
        catch (Exception failure) when (failure is TpmFormatException or CryptographicException)
        {
            throw Denied(); // Not a key: off its curve, or of another size than it says.
        }
    }

    /// <summary>The machine id of a key, by its SubjectPublicKeyInfo.</summary>
    internal static string IdOf(ReadOnlySpan<byte> keyInfo) => "sha256-" + Convert.ToHexStringLower(SHA256.HashData(keyInfo));

    private static string MachineIdOf(TpmPublic publicArea) => IdOf(publicArea.SubjectPublicKeyInfo());

    private static DeniedException Denied() => new(
        ProblemCodes.EnrollmentDenied,
        new Reason(ReasonCodes.EndorsementTemplate, "the endorsement key is not of a TCG default template"));
}
