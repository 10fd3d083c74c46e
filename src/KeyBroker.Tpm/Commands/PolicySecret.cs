using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicySecret (TPM 2.0 Part 3, 23.4), for this session and without expiry.</summary>
public sealed class PolicySecret(AuthorizedHandle entity, TpmHandle session, ReadOnlyMemory<byte> policyRef = default)
    : TpmAction
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicySecret, AuthHandles: 1, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(entity);
        handles.Add(TpmObject.Of(session));
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized([]); // nonceTPM
        writer.WriteSized([]); // cpHashA
        writer.WriteSized(policyRef.Span);
        writer.WriteUInt32(0); // expiration
    }

    // The ticket and its timeout are empty without an expiration.
    protected internal override Done ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        reader.ReadSized();
        TpmTicket.Read(ref reader);
        return default;
    }
}
