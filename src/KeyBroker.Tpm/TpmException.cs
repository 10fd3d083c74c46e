using KeyBroker.Tpm.Commands;

namespace KeyBroker.Tpm;

/// <summary>The TPM refused a command.</summary>
public sealed class TpmException(TpmResponseCode code, TpmCommandCode command)
    : Exception($"the TPM answered {command} with {code}")
{
    public TpmResponseCode Code { get; } = code;

    public TpmCommandCode Command { get; } = command;
}
