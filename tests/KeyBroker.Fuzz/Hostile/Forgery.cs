namespace KeyBroker.Fuzz.Hostile;

/// <summary>One thing that somebody on the bus does to one exchange of a run.</summary>
/// <param name="Kind">What is counted together.</param>
/// <param name="Exchange">The number of the exchange in the run.</param>
/// <param name="Change">Makes the forged bytes from the true ones.</param>
internal sealed record Forgery(string Kind, int Exchange, bool IsOfCommand, Func<byte[], byte[]> Change)
{
    /// <summary>Whether every later exchange of the run is forged the same way.</summary>
    public bool Lasts { get; init; }

    public bool Concerns(int exchange, bool isCommand) =>
        isCommand == IsOfCommand && (exchange == Exchange || (Lasts && exchange > Exchange));
}
