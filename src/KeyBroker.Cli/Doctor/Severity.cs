namespace KeyBroker.Cli.Doctor;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Ok = 0,

    /// <summary>Works, or is still to be done.</summary>
    Warn = 1,

    /// <summary>Does not work.</summary>
    Fail = 2,
}
