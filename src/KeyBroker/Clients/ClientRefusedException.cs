using KeyBroker.Attestation;

namespace KeyBroker.Clients;

/// <summary>Whoever asks is no configured client; the answer asks for Basic credentials, not for a token.</summary>
internal sealed class ClientRefusedException(string code, string message) : DeniedException(code, message)
{
    public const string Challenge = "Basic realm=\"keybroker\", charset=\"UTF-8\"";
}
