namespace KeyBroker.Client;

/// <summary>The broker said no, with a problem that says why.</summary>
public sealed class BrokerException(Problem problem) : Exception($"{problem.Code}: {problem.Title}")
{
    public Problem Problem { get; } = problem;
}
