using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.Gate;

/// <summary>To whom what is opened leaves: to the caller in clear, or to the key that the TPM signed with the evidence.</summary>
internal static class Recipient
{
    /// <summary>The grants that are content with where it leaves to, and the key; null where it leaves in clear, which a grant may forbid.</summary>
    /// <param name="to">The member as sent.</param>
    /// <exception cref="DeniedException">operation-denied, operation-unsupported, request-malformed.</exception>
    public static (Approval Approval, PublicJwk? Key) Of(Approval approval, string? to) => to switch
    {
        null when approval.OnlyToEnc =>
            throw new DeniedException(ProblemCodes.OperationDenied, "the policy grants this only to the attested enc key"),
        null => (approval.InClear(), null),
        "enc" => ToEnc(approval, approval.RequireEnc()),
        _ => throw Unknown(),
    };

    /// <summary>As the member says, which must.</summary>
    /// <exception cref="DeniedException">operation-unsupported, request-malformed.</exception>
    public static PublicJwk Named(PublicJwk? enc, string to) => to == "enc"
        ? enc ?? throw NotAttested()
        : throw Unknown();

    /// <summary>AUD-27. What the audit calls it; null for in clear.</summary>
    public static string NameOf(Approval approval, PublicJwk? key) =>
        key is null ? "clear" : approval.Caller.Residents.Enc is null ? "enc" : "enc-tpm";

    public static DeniedException NotAttested() =>
        new(ProblemCodes.OperationUnsupported, "the evidence named no enc key: attest with one");

    private static (Approval, PublicJwk?) ToEnc(Approval approval, PublicJwk enc) => (approval.ToEnc(), enc);

    private static DeniedException Unknown() => DeniedException.Malformed("\"enc\" is expected", "to");
}
