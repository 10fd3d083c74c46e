namespace KeyBroker.Tpm.Sessions;

/// <summary>One session in one command.</summary>
internal sealed class SessionUse(ITpmSession session, ReadOnlyMemory<byte> authValue, bool authorizes)
{
    public ITpmSession Session { get; } = session;

    public KeyedSession? Keyed { get; } = session as KeyedSession;

    public ReadOnlyMemory<byte> AuthValue { get; } = authValue;

    public bool Authorizes { get; } = authorizes;

    public SessionAttributes Attributes { get; set; } = session is KeyedSession { Continues: false }
        ? SessionAttributes.None
        : SessionAttributes.ContinueSession;
}
