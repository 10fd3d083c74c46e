namespace KeyBroker.Gate;

/// <summary>Marks a message that came through the gate under grants.</summary>
internal interface IAdmitted
{
    Admission Admission { get; }
}
