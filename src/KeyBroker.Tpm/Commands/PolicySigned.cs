using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_PolicySigned (TPM 2.0 Part 3, 23.3): a key has signed that the policy holds, here and without expiry.</summary>
public sealed class PolicySigned(TpmObject key, TpmHandle session, SignedPolicy signed) : TpmCommand<Done>
{
    protected internal override CommandDescriptor Descriptor =>
        new(TpmCommandCode.PolicySigned, EncryptsCommand: true, EncryptsResponse: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(key);
        handles.Add(TpmObject.Of(session));
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(signed.NonceTpm.Span);
        writer.WriteSized(signed.CpHash.Span);
        writer.WriteSized(signed.PolicyRef.Span);
        writer.WriteUInt32(0);
        signed.Signature.Write(writer);
    }

    // The ticket and its timeout are empty without an expiration.
    protected internal override Done ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        reader.ReadSized();
        TpmTicket.Read(ref reader);
        return default;
    }
}
