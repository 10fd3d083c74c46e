using System.Buffers.Binary;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Commands;

/// <summary>
/// Real responses with every bit flipped, cut at every byte and grown: what is not taken is refused as such, and never
/// anything else goes wrong. No session protects these responses, so that every decoder is reached.
/// </summary>
public sealed class ResponseDecodingTests : OnSwtpm
{
    private static readonly AuthorizedHandle s_owner = TpmObject.Owner.WithPassword();

    private byte[] _last = [];

    [Fact]
    public void Nothing_but_a_refusal_comes_of_a_changed_response()
    {
        var (tried, taken) = (0, 0);
        foreach (var run in Commands())
        {
            run(Tpm);
            foreach (var changed in Changes([.. _last]))
            {
                using var tpm = new Tpm(new Canned(changed));
                tried++;
                taken += IsTaken(() => run(tpm)) ? 1 : 0;
            }
        }

        // Most changes are of values that only a session could protect.
        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} changed responses, {taken} taken for another answer");
        Assert.InRange(taken, 1, tried - 1);
    }

    private protected override ITpmTransport Wrap(ITpmTransport transport) =>
        new RecordingTransport(transport, exchange => _last = exchange.Response.ToArray());

    private IEnumerable<Action<Tpm>> Commands()
    {
        var root = CreateStorageRoot();
        var parent = root.Object.WithPassword();
        yield return tpm => tpm.Execute(new GetRandom(16));
        yield return tpm => tpm.Execute(new GetCapability(TpmCapability.Properties, 0x100, 8)).ToProperties();
        yield return tpm => tpm.Execute(new GetCapability(TpmCapability.Commands, 0, 8)).ToNumbers();
        yield return tpm => tpm.Execute(new GetCapability(TpmCapability.PcrBanks, 0, 1)).ToPcrBanks();
        yield return tpm => tpm.Execute(new GetTestResult());
        yield return tpm => tpm.Execute(new ReadClock());
        yield return tpm => tpm.Execute(new ReadPublic(root.Object.Handle));
        yield return tpm => tpm.Execute(new PcrRead([Pcr16]));
        yield return tpm => tpm.Execute(new PcrEvent(TpmObject.Pcr(16).WithPassword(), new byte[8]));
        yield return tpm => tpm.Execute(new Hash(new byte[8], TpmAlgorithm.Sha256, TpmHandle.Owner));
        yield return tpm => tpm.Execute(new EcdhKeyGen(root.Object));
        yield return tpm => tpm.Execute(new MakeCredential(root.Object, new byte[16], root.Object.Name));
        yield return tpm => tpm.Execute(new Create(parent, Templates.AttestationKeyEccP256));
        yield return tpm => tpm.Execute(new ContextSave(root.Object.Handle));
        foreach (var command in OfKeys(parent))
        {
            yield return command;
        }

        var index = new NvPublic(new(0x01800001), TpmAlgorithm.Sha256, NvAttributes.OwnerWrite | NvAttributes.OwnerRead, default, 8);
        Tpm.Execute(new NvDefineSpace(s_owner, default, index));
        yield return tpm => tpm.Execute(new NvReadPublic(index.Index));
    }

    private IEnumerable<Action<Tpm>> OfKeys(AuthorizedHandle parent)
    {
        var made = Tpm.Execute(new CreateLoaded(parent, Templates.SigningKeyEccP256));
        var key = made.Object.WithPassword();
        var attestation = Tpm.Execute(new CreateLoaded(parent, Templates.AttestationKeyEccP256)).Object.WithPassword();
        yield return tpm => tpm.Execute(new Sign(key, new byte[32]));
        yield return tpm => Attest.Parse(tpm.Execute(new Quote(attestation, default, [Pcr16])).Attest);
        yield return tpm => Attest.Parse(tpm.Execute(new Certify(key, attestation, default)).Attest);
        yield return tpm => Attest.Parse(tpm.Execute(new GetTime(TpmObject.Endorsement.WithPassword(), attestation, default)).Attest);
        Flush(attestation.Target);
        Flush(made.Object);
        yield return tpm => tpm.Execute(new Load(parent, made.Private, made.Public));
        yield return tpm => tpm.Execute(new CreateLoaded(parent, Templates.SigningKeyEccP256));
    }

    private static IEnumerable<byte[]> Changes(byte[] response)
    {
        for (var bit = 0; bit < response.Length * 8; bit++)
        {
            byte[] flipped = [.. response];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return flipped;
        }

        for (var length = 0; length < response.Length + 40; length++)
        {
            var resized = new byte[length];
            response.AsSpan(0, Math.Min(length, response.Length)).CopyTo(resized);
            if (length >= 6 && length != response.Length)
            {
                BinaryPrimitives.WriteUInt32BigEndian(resized.AsSpan(2), (uint)length);
            }

            yield return resized;
        }
    }

    private static bool IsTaken(Action run)
    {
        try
        {
            run();
            return true;
        }
        catch (Exception refused) when (
            refused is TpmException or TpmFormatException or TpmSessionException or IOException)
        {
            return false;
        }
    }

    /// <summary>Answers always the same.</summary>
    private sealed class Canned(byte[] response) : ITpmTransport
    {
        public bool IsResourceManaged => false;

        public byte[] Transceive(ReadOnlySpan<byte> command) => [.. response];

        public void Dispose()
        {
        }
    }
}
