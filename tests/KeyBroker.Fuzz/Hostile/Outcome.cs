namespace KeyBroker.Fuzz.Hostile;

/// <summary>How a run on a hostile bus ended.</summary>
internal enum Outcome
{
    /// <summary>With an exception of the library.</summary>
    Refused,

    /// <summary>The forgery changed nothing that matters: every result was the true one.</summary>
    Unharmed,

    /// <summary>A result was accepted that is not the true one.</summary>
    Deceived,

    /// <summary>A secret went over the bus in clear.</summary>
    Leaked,

    /// <summary>With an exception that is not the library's own.</summary>
    Crashed,
}
