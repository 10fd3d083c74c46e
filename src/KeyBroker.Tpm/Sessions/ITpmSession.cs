using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Sessions;

/// <summary>A way to authorize a command: a password, an HMAC session or a policy session.</summary>
public interface ITpmSession
{
    TpmHandle Handle { get; }
}
