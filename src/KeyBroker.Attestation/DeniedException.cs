namespace KeyBroker.Attestation;

/// <summary>The broker says no: a contract code, and the reasons the caller may know.</summary>
public class DeniedException(string code, IReadOnlyList<Reason> reasons, string? message = null)
    : Exception(message ?? (reasons.Count > 0 ? reasons[0].Message : code))
{
    public DeniedException(string code, Reason reason)
        : this(code, [reason], reason.Message)
    {
    }

    public DeniedException(string code, string? message = null)
        : this(code, [], message)
    {
    }

    /// <summary>One of <see cref="ProblemCodes"/>.</summary>
    public string Code { get; } = code;

    public IReadOnlyList<Reason> Reasons { get; } = reasons;

    /// <summary>
    /// Further members of the problem document, such as <c>state</c> and <c>allowed</c> of <c>key-state</c>.
    /// </summary>
    public IReadOnlyDictionary<string, object>? Extensions { get; init; }

    /// <summary>The audit has it already, or is not to have it.</summary>
    public bool IsRecorded { get; set; }

    public int Status => ProblemCodes.StatusOf(Code);

    /// <summary>The caller's bytes do not have the shape that the contract gives them.</summary>
    public static DeniedException Malformed(string message, string? path = null) =>
        new(ProblemCodes.RequestMalformed, new Reason(ProblemCodes.RequestMalformed, message) { Path = path });
}
