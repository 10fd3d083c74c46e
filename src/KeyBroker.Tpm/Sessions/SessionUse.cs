namespace KeyBroker.Tpm.Sessions;

/// <summary>One session in one command.</summary>
/// <param name="target">What the session authorizes; null if it only goes along.</param>
internal sealed class SessionUse(ITpmSession session, TpmObject? target, ReadOnlyMemory<byte> authValue)
{
    public ITpmSession Session { get; } = session;

    public KeyedSession? Keyed { get; } = session as KeyedSession;

    public TpmObject? Target { get; } = target;

    public ReadOnlyMemory<byte> AuthValue { get; set; } = authValue;

    /// <summary>Settled when the command is made: the response is proven the same way, whatever has changed.</summary>
    public bool ProvesAuthValue { get; } = session is KeyedSession keyed && keyed.ProvesAuthValue(target, authValue.Span);

    public SessionAttributes Attributes { get; set; } =
        (session is KeyedSession { Continues: false } ? SessionAttributes.None : SessionAttributes.ContinueSession)
        | (session is HmacSession { Audits: true } ? SessionAttributes.Audit : SessionAttributes.None);

    /// <summary>Whether a response may carry these attributes: those sent, and of an audit session whether it is exclusive.</summary>
    public bool MayBeAnsweredBy(SessionAttributes answered) => Attributes == answered
        || (Attributes.HasFlag(SessionAttributes.Audit) && (Attributes | SessionAttributes.AuditExclusive) == answered);
}
