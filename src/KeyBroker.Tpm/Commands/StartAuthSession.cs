using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_StartAuthSession (TPM 2.0 Part 3, 11.1), not bound to an entity, with AES-128-CFB.</summary>
public sealed class StartAuthSession(
    TpmObject saltKey,
    ReadOnlyMemory<byte> encryptedSalt,
    ReadOnlyMemory<byte> nonceCaller,
    SessionKind kind,
    TpmAlgorithm hash) : TpmCommand<StartAuthSessionResponse>
{
    protected internal override CommandDescriptor Descriptor => new(
        TpmCommandCode.StartAuthSession, EncryptsCommand: true, EncryptsResponse: true, ReturnsHandle: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(saltKey);
        handles.Add(TpmObject.Null);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(nonceCaller.Span);
        writer.WriteSized(encryptedSalt.Span);
        writer.WriteByte((byte)kind);
        SymmetricDefinition.Aes128Cfb.Write(writer);
        writer.WriteAlgorithm(hash);
    }

    protected internal override StartAuthSessionResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var nonce = reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
        return nonce.Length >= nonceCaller.Length
            ? new(handle, nonce)
            : throw new TpmFormatException("a nonce too short to be fresh");
    }
}
