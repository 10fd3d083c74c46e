namespace KeyBroker.Gate;

/// <summary>Marks a message that came through the gate and is about no one name.</summary>
internal interface ICalled
{
    Caller Caller { get; }
}
