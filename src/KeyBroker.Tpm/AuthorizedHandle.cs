using KeyBroker.Tpm.Sessions;

namespace KeyBroker.Tpm;

/// <summary>An object together with what authorizes its use in one command.</summary>
public sealed class AuthorizedHandle(TpmObject target, ITpmSession session, ReadOnlyMemory<byte> authValue)
{
    public TpmObject Target { get; } = target;

    public ITpmSession Session { get; } = session;

    // Trailing zeros of an authorization value do not count (Part 1, 19.6.4.3).
    internal ReadOnlyMemory<byte> AuthValue { get; } = authValue[..authValue.Span.TrimEnd((byte)0).Length];
}
