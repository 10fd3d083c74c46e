namespace KeyBroker.Storage;

/// <summary>Something that has to know of a commit before it is made, and may refuse it.</summary>
internal interface ICommitWitness
{
    /// <exception cref="StoreUnavailableException">The commit must not be made.</exception>
    void BeforeCommit(WriteTransaction transaction);

    void Committed();

    /// <summary>After <see cref="BeforeCommit"/>, whether or not that refused: nothing was written.</summary>
    void NotCommitted();
}
