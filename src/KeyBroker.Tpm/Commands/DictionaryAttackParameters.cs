using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_DictionaryAttackParameters (TPM 2.0 Part 3, 25.3): how many wrong guesses, then none for how long.</summary>
/// <param name="recovery">After how long one wrong guess is forgotten.</param>
/// <param name="lockoutRecovery">After how long a wrong lockout authorization is.</param>
public sealed class DictionaryAttackParameters(
    AuthorizedHandle lockout, int maxTries, TimeSpan recovery, TimeSpan lockoutRecovery)
    : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.DictionaryAttackParameters, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(lockout);

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteUInt32(checked((uint)maxTries));
        writer.WriteUInt32(checked((uint)recovery.TotalSeconds));
        writer.WriteUInt32(checked((uint)lockoutRecovery.TotalSeconds));
    }
}
