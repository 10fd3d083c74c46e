using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>A command of TPM 2.0 Part 3: what it sends, and what it makes of the response.</summary>
public abstract class TpmCommand<TResponse>
{
    protected internal abstract CommandDescriptor Descriptor { get; }

    protected internal virtual void WriteHandles(HandleArea handles)
    {
    }

    protected internal virtual void WriteParameters(TpmWriter writer)
    {
    }

    /// <summary>What the first object is authorized with once the command has succeeded; null if that stays the same.</summary>
    protected internal virtual ReadOnlyMemory<byte>? AuthValueAfterwards => null;

    /// <param name="handle">The handle returned, or the null handle for commands that return none.</param>
    protected internal abstract TResponse ReadResponse(TpmHandle handle, ref TpmReader reader);
}
