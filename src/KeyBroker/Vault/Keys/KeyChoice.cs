using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Which version of a key serves a verb, if the key and the version's state admit it.</summary>
internal static class KeyChoice
{
    /// <exception cref="DeniedException">operation-unsupported, not-found, key-state, destroyed.</exception>
    public static KeyVersion Of(KeyRecord key, string verb, int? number)
    {
        RequireOperation(key, verb);
        var version = key.Version(number ?? key.PrimaryVersion)
            ?? throw new DeniedException(ProblemCodes.NotFound, "no such version");
        KeyLifeCycle.Check(key, version, verb);
        return version;
    }

    /// <exception cref="DeniedException">operation-unsupported.</exception>
    public static void RequireOperation(KeyRecord key, string verb)
    {
        if (!key.Operations.Contains(verb, StringComparer.Ordinal))
        {
            throw new DeniedException(
                ProblemCodes.OperationUnsupported, $"this key is made to {string.Join(", ", key.Operations)}");
        }
    }
}
