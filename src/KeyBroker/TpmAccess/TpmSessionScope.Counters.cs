using System.Buffers.Binary;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.TpmAccess;

internal sealed partial class TpmSessionScope
{
    // HR_NV_INDEX (Part 2, 7.5), and as many handles as one answer has room for.
    private const uint FirstNvIndex = 0x01000000;
    private const int MostHandles = 64;

    private static readonly TpmResponseCode s_uninitialized = new(0x14A);
    private static readonly TpmResponseCode s_otherAuthorization = new(0x149);

    /// <summary>Every NV index of the TPM, ascending, whoever made it.</summary>
    public IReadOnlyList<TpmHandle> NvIndices()
    {
        var all = new List<TpmHandle>();
        for (var first = FirstNvIndex; ; first = all[^1].Value + 1)
        {
            var page = link.Tpm.Execute(new GetCapability(TpmCapability.Handles, first, MostHandles)).ToNumbers();
            if (page.Count == 0 || page[^1] < first) // Or what answers for a TPM could do so without end.
            {
                return all;
            }

            all.AddRange(page.Select(handle => new TpmHandle(handle)));
        }
    }

    /// <summary>Null where the TPM has no such index.</summary>
    public NvPublic? FindIndex(TpmHandle index)
    {
        try
        {
            return link.Tpm.Execute(new NvReadPublic(index));
        }
        catch (TpmException missing) when (missing.Code.Is(TpmResponseCode.Handle))
        {
            return null;
        }
    }

    /// <summary>The auth value travels encrypted.</summary>
    public void DefineIndex(NvPublic area, byte[] auth) =>
        link.Tpm.Execute(new NvDefineSpace(TpmObject.Owner.With(link.Session), auth, area));

    /// <summary>Whether this auth value is the index's.</summary>
    public bool Opens(NvPublic area, byte[] auth)
    {
        try
        {
            _ = ReadCounter(area, auth);
            return true;
        }
        catch (TpmException refused) when (refused.Code.Is(s_otherAuthorization) || link.IsWrongAuth(refused))
        {
            return false;
        }
    }

    /// <summary>Null of a counter that never counted.</summary>
    public long? ReadCounter(NvPublic area, byte[] auth)
    {
        try
        {
            var value = link.Tpm.Execute(new NvRead(area.Object.With(link.Session, auth), area.Object, sizeof(ulong), 0));
            return checked((long)BinaryPrimitives.ReadUInt64BigEndian(value));
        }
        catch (TpmException refused) when (refused.Code.Is(s_uninitialized))
        {
            return null;
        }
    }

    public void Increment(NvPublic area, byte[] auth) =>
        link.Tpm.Execute(new NvIncrement(area.Object.With(link.Session, auth), area.Object));

    /// <summary>What the attestation key says of a counter's value.</summary>
    /// <param name="template">The attestation key, a primary of the endorsement hierarchy.</param>
    public AttestedResponse CertifyCounter(TpmPublic template, NvPublic area, byte[] auth, ReadOnlyMemory<byte> qualifyingData) =>
        link.WithPrimary(template, (signer, _) => link.Tpm.Execute(new NvCertify(
            signer.WithPassword(), area.Object.With(link.Session, auth), area.Object, qualifyingData, new NvRange(sizeof(ulong), 0))));
}
