namespace KeyBroker.Enrollments;

/// <summary>
/// VER-31. Ids of callers that a remote verifier vouches for: <c>verifier:NAME:HEX</c>. No machine has a colon in its id, and
/// no verifier one in its name.
/// </summary>
internal static class VouchedId
{
    private const string Prefix = "verifier:";

    /// <param name="verifier">Its configured name.</param>
    /// <param name="subject">Lower-case hex SHA-256 of whom it vouches for.</param>
    public static string Of(string verifier, string subject) => $"{Prefix}{verifier}:{subject}";

    /// <summary>Null for the id of a machine.</summary>
    public static string? VerifierOf(string id) => id.StartsWith(Prefix, StringComparison.Ordinal) ? id.Split(':')[1] : null;
}
