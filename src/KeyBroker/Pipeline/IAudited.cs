namespace KeyBroker.Pipeline;

/// <summary>Marks a message whose every outcome is recorded before its answer leaves.</summary>
internal interface IAudited
{
    AuditSubject Audit { get; }
}
