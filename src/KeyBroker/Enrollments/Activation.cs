namespace KeyBroker.Enrollments;

/// <summary>Holds the machine as its activation left it.</summary>
internal sealed class Activation
{
    /// <summary>Set in the transaction that decides.</summary>
    public Machine? Machine { get; set; }
}
