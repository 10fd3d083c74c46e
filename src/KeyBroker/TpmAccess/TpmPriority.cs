namespace KeyBroker.TpmAccess;

/// <summary>The lane of a unit of work: a waiting caller before housekeeping.</summary>
internal enum TpmPriority
{
    Interactive,
    Bulk,
}
