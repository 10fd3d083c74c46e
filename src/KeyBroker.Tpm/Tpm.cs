using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.Tpm;

/// <summary>Executes commands on one TPM, one at a time, and believes of a response only what was checked.</summary>
public sealed class Tpm(ITpmTransport transport) : IDisposable
{
    private const ushort NoSessions = 0x8001;
    private const ushort WithSessions = 0x8002;
    private const int HeaderSize = 10;
    private const int SizeAt = 2;

    /// <summary>MAX_COMMAND_SIZE (Part 2, Annex A): of more, some TPMs take the rest for another command.</summary>
    private const int LongestCommand = 4096;

    /// <summary>Sends a command and reads its response.</summary>
    /// <param name="sessions">Sessions that go along without authorizing, to encrypt and authenticate.</param>
    /// <exception cref="ArgumentException">This command cannot be sent: it is too long, or not with these sessions.</exception>
    /// <exception cref="TpmException">The TPM refused.</exception>
    /// <exception cref="TpmFormatException">The response is not one to this command.</exception>
    /// <exception cref="TpmSessionException">The response is not authentic.</exception>
    /// <exception cref="IOException">The TPM did not answer; the transport is then unusable.</exception>
    public TResponse Execute<TResponse>(TpmCommand<TResponse> command, params ReadOnlySpan<ITpmSession> sessions)
    {
        var handles = new HandleArea();
        command.WriteHandles(handles);
        var area = new SessionArea(command.Descriptor, handles, sessions);
        var received = transport.Transceive(Marshal(command, handles, area));
        var response = area.OpensResponse ? PinnedBytes.Copy(received) : received; // Before it is decrypted in its place.
        try
        {
            return Unmarshal(command, area, response);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(response);
        }
    }

    public void Dispose() => transport.Dispose();

    private static byte[] Marshal<TResponse>(TpmCommand<TResponse> command, HandleArea handles, SessionArea area)
    {
        var writer = new TpmWriter();
        command.WriteParameters(writer);
        var parameters = writer.ToArray();
        writer.Clear();

        writer.WriteUInt16(area.IsEmpty ? NoSessions : WithSessions);
        writer.WriteUInt32(0);
        writer.WriteUInt32((uint)command.Descriptor.Code);
        foreach (var target in handles.Targets)
        {
            writer.WriteUInt32(target.Handle.Value);
        }

        WriteSessions(writer, area, parameters);
        writer.WriteBytes(parameters);
        CryptographicOperations.ZeroMemory(parameters);
        writer.Overwrite(SizeAt, (uint)writer.Length);
        var bytes = writer.ToArray();
        writer.Clear();
        return bytes.Length <= LongestCommand
            ? bytes
            : throw new ArgumentException($"a command of {bytes.Length} bytes: a TPM takes {LongestCommand}", nameof(command));
    }

    private static void WriteSessions(TpmWriter writer, SessionArea area, byte[] parameters)
    {
        if (area.IsEmpty)
        {
            return;
        }

        var start = writer.Length;
        writer.WriteUInt32(0);
        area.Write(writer, parameters);
        writer.Overwrite(start, (uint)(writer.Length - start - sizeof(uint)));
    }

    private static TResponse Unmarshal<TResponse>(TpmCommand<TResponse> command, SessionArea area, byte[] response)
    {
        var reader = new TpmReader(response);
        CheckHeader(command.Descriptor, area, response, ref reader);
        var handle = command.Descriptor.ReturnsHandle ? new TpmHandle(reader.ReadUInt32()) : TpmHandle.Null;
        var parameters = area.IsEmpty
            ? response.AsSpan(response.Length - reader.Remaining)
            : ReadSessions(area, response, ref reader, command.AuthValueAfterwards);

        var content = new TpmReader(parameters);
        var result = command.ReadResponse(handle, ref content);
        content.ExpectEnd();
        return result;
    }

    private static void CheckHeader(
        CommandDescriptor command, SessionArea area, byte[] response, ref TpmReader reader)
    {
        var tag = reader.ReadUInt16();
        var size = reader.ReadUInt32();
        var code = new TpmResponseCode(reader.ReadUInt32());
        if (size != response.Length)
        {
            throw new TpmFormatException($"a response of {response.Length} bytes that announces {size}");
        }

        if (code != TpmResponseCode.Success)
        {
            throw size == HeaderSize
                ? new TpmException(code, command.Code)
                : new TpmFormatException("a refusal that says more than its code");
        }

        if (tag != (area.IsEmpty ? NoSessions : WithSessions))
        {
            throw new TpmFormatException($"a response with tag 0x{tag:x4}");
        }
    }

    private static Span<byte> ReadSessions(
        SessionArea area, byte[] response, ref TpmReader reader, ReadOnlyMemory<byte>? newAuthValue)
    {
        var size = reader.ReadCount(reader.Remaining);
        var start = response.Length - reader.Remaining;
        reader.ReadBytes(size);
        var parameters = response.AsSpan(start, size);
        area.Read(ref reader, parameters, newAuthValue);
        return parameters;
    }
}
