using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Commands;

/// <summary>TPM2_StartAuthSession (TPM 2.0 Part 3, 11.1); the session classes send it and keep what comes of it.</summary>
/// <param name="encryptedSalt">To the setup's salt key; empty if it has none.</param>
public sealed class StartAuthSession(
    SessionKind kind, SessionSetup setup, ReadOnlyMemory<byte> nonceCaller, ReadOnlyMemory<byte> encryptedSalt)
    : TpmCommand<StartAuthSessionResponse>
{
    protected internal override CommandDescriptor Descriptor => new(
        TpmCommandCode.StartAuthSession, EncryptsCommand: true, EncryptsResponse: true, ReturnsHandle: true);

    protected internal override void WriteHandles(HandleArea handles)
    {
        handles.Add(setup.Salt?.Object ?? TpmObject.Null);
        handles.Add(setup.BoundTo?.Object ?? TpmObject.Null);
    }

    protected internal override void WriteParameters(TpmWriter writer)
    {
        writer.WriteSized(nonceCaller.Span);
        writer.WriteSized(encryptedSalt.Span);
        writer.WriteByte((byte)kind);
        setup.Symmetric.Write(writer);
        writer.WriteAlgorithm(setup.Hash);
    }

    protected internal override StartAuthSessionResponse ReadResponse(TpmHandle handle, ref TpmReader reader)
    {
        var nonce = reader.ReadSized(HashAlgorithms.MaxSize).ToArray();
        return nonce.Length >= nonceCaller.Length
            ? new(handle.Expect(kind == SessionKind.Hmac ? TpmHandle.HmacSessionKind : TpmHandle.PolicySessionKind), nonce)
            : throw new TpmFormatException("a nonce too short to be fresh");
    }
}
