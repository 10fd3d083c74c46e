using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A command that returns nothing.</summary>
public abstract class TpmAction : TpmCommand<Done>
{
    protected internal override Done ReadResponse(TpmHandle handle, ref TpmReader reader) => default;
}
