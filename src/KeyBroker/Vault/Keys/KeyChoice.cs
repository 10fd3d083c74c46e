using KeyBroker.Attestation;

namespace KeyBroker.Vault;

/// <summary>Which version of a key serves a verb, if the key and the version's state admit it.</summary>
internal static class KeyChoice
{
    /// <exception cref="DeniedException">operation-unsupported, not-found, key-state, destroyed.</exception>
    public static KeyVersion Of(KeyRecord key, string verb, int? number)
    {
        RequireOperation(key, verb);
        return OfAnyUse(key, verb, number);
    }

    /// <summary>For a verb that is no use of the key, and so not among its operations.</summary>
    /// <exception cref="DeniedException">not-found, key-state, destroyed.</exception>
    public static KeyVersion OfAnyUse(KeyRecord key, string verb, int? number)
    {
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
