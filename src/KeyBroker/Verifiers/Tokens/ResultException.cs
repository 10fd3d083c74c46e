namespace KeyBroker.Verifiers;

/// <summary>A result does not count: what is wrong with it, and where.</summary>
internal sealed class ResultException(string message, string path) : Exception(message)
{
    /// <summary>A claim, a member of the header, or <c>signature</c>.</summary>
    public string Path { get; } = path;
}
