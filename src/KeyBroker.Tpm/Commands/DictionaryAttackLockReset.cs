namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_DictionaryAttackLockReset (TPM 2.0 Part 3, 25.2).</summary>
public sealed class DictionaryAttackLockReset(AuthorizedHandle lockout) : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.DictionaryAttackLockReset, AuthHandles: 1);

    protected internal override void WriteHandles(HandleArea handles) => handles.Add(lockout);
}
