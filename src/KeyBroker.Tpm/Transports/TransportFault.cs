using System.Buffers.Binary;

namespace KeyBroker.Tpm.Transports;

/// <summary>What goes wrong with one command.</summary>
public sealed class TransportFault
{
    /// <summary>The connection breaks before the TPM has the command.</summary>
    public static readonly TransportFault LosesCommand = new(_ => throw Lost(), isBreaking: true);

    /// <summary>The TPM executes the command, and then the connection breaks.</summary>
    public static readonly TransportFault LosesResponse = new(
        execute =>
        {
            execute();
            throw Lost();
        },
        isBreaking: true);

    private readonly Func<Func<byte[]>, byte[]> _happen;

    private TransportFault(Func<Func<byte[]>, byte[]> happen, bool isBreaking) =>
        (_happen, IsBreaking) = (happen, isBreaking);

    internal bool IsBreaking { get; }

    /// <summary>The TPM executes the command, and the response is changed on its way.</summary>
    public static TransportFault Alters(Func<byte[], byte[]> change) =>
        new(execute => change(execute()), isBreaking: false);

    /// <summary>The TPM is not asked, and seems to refuse with this code.</summary>
    public static TransportFault Answers(TpmResponseCode code) => new(_ => Refusal(code), isBreaking: false);

    internal byte[] Happen(Func<byte[]> execute) => _happen(execute);

    internal static IOException Lost() => new("the connection to the TPM was lost, on purpose");

    private static byte[] Refusal(TpmResponseCode code)
    {
        byte[] response = [0x80, 0x01, 0, 0, 0, ResponseFrame.HeaderSize, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(response.AsSpan(6), code.Value);
        return response;
    }
}
