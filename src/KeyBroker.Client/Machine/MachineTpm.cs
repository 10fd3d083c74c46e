using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Credentials;
using KeyBroker.Tpm.Endorsements;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Device = KeyBroker.Tpm.Tpm;

namespace KeyBroker.Client;

/// <summary>What a machine asks of its TPM: who it is, a key to attest with, and quotes.</summary>
/// <remarks>Every key is flushed after its use: a TPM has room for three.</remarks>
internal sealed class MachineTpm(Device tpm) : IDisposable
{
    private const int QuoteAttempts = 5;

    /// <exception cref="IOException">There is no TPM, or it may not be opened.</exception>
    public static MachineTpm Open(string tcti)
    {
        try
        {
            return new(new Device(TpmConnection.Open(tcti)));
        }
        catch (FileNotFoundException missing)
        {
            throw new IOException($"there is no TPM at '{tcti}'", missing);
        }
        catch (IOException failure)
        {
            throw new IOException($"the TPM at '{tcti}' cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>What it keeps for this machine.</summary>
    public ResidentObjects Objects => new(tpm);

    /// <summary>The endorsement key's TPM2B_PUBLIC.</summary>
    public byte[] EndorsementPublic(EndorsementKeyKind kind)
    {
        var endorsementKey = EndorsementKeys.Create(tpm, kind);
        Flush(endorsementKey.Object.Handle);
        return endorsementKey.Public.ToSizedBytes();
    }

    /// <summary>The certificate that the TPM's maker left for the key, or null.</summary>
    public EndorsementCertificate? CertificateOf(EndorsementKeyKind kind) => new CertificateMemory(tpm).Find(kind);

    /// <summary>A new attestation key under the storage root key, wrapped so that only this TPM can load it.</summary>
    public WrappedKey CreateAttestationKey(AttestationKeyKind kind)
    {
        var template = kind == AttestationKeyKind.Rsa ? Templates.AttestationKeyRsa2048 : Templates.AttestationKeyEccP256;
        using var root = StorageRoot.Make(tpm);
        return root.Create(template);
    }

    /// <summary>Opens a credential, which only the TPM that holds both keys can.</summary>
    public byte[] Activate(EndorsementKeyKind kind, WrappedKey ak, byte[] blob, byte[] secret)
    {
        var attestationKey = LoadKey(ak);
        try
        {
            return Activate(kind, attestationKey, new CredentialBlob(blob, secret));
        }
        finally
        {
            Flush(attestationKey.Handle);
        }
    }

    /// <summary>A quote and the values it is about; begins again when a register changed in between.</summary>
    public QuotedRegisters Quote(WrappedKey ak, byte[] extraData, IReadOnlyList<PcrSelection> selection)
    {
        var hash = SchemeHash(TpmPublic.ParseSized(ak.Public));
        var key = LoadKey(ak);
        try
        {
            for (var attempt = 0; attempt < QuoteAttempts; attempt++)
            {
                var values = ReadRegisters(selection);
                var quoted = tpm.Execute(new Quote(key.WithPassword(), extraData, selection));
                if (IsAbout(quoted.Attest, values, hash))
                {
                    return new QuotedRegisters(quoted.Attest, quoted.Signature.ToBytes(), values);
                }
            }
        }
        finally
        {
            Flush(key.Handle);
        }

        throw new IOException("the registers changed while they were quoted: try again");
    }

    /// <summary>A TPM reads at most eight registers at once; asks until it has them all.</summary>
    public PcrValues ReadRegisters(IReadOnlyList<PcrSelection> selection)
    {
        var values = new PcrValues();
        for (var rest = selection; rest.Count > 0; rest = Missing(selection, values))
        {
            var read = tpm.Execute(new PcrRead(rest));
            if (read.Values.Count == 0)
            {
                throw new IOException("the TPM does not have all of these registers");
            }

            var registers = read.Selection.SelectMany(bank => bank.Indices.Select(index => (bank.Bank, index)));
            foreach (var ((bank, index), value) in registers.Zip(read.Values))
            {
                values.Add(bank, index, value);
            }
        }

        return values;
    }

    public void Extend(int index, byte[] digest) => tpm.Execute(PcrExtend.Of(index, TpmAlgorithm.Sha256, digest));

    /// <summary>TPM_PT_REVISION, TPM_PT_MANUFACTURER and TPM_PT_FIRMWARE_VERSION_1 (Part 2, 6.13).</summary>
    public TpmDescription Describe()
    {
        const uint Revision = 0x102, Manufacturer = 0x105, Firmware = 0x10B;
        var properties = tpm.Execute(new GetCapability(TpmCapability.Properties, Revision, (int)(Firmware - Revision) + 1)).ToProperties();
        var (maker, firmware, revision) = (
            properties.GetValueOrDefault(Manufacturer), properties.GetValueOrDefault(Firmware), properties.GetValueOrDefault(Revision));
        var letters = new[] { maker >> 24, (maker >> 16) & 0xFF, (maker >> 8) & 0xFF, maker & 0xFF };
        return new TpmDescription(
            string.Concat(letters.Where(letter => letter is > ' ' and < 127).Select(letter => (char)letter)),
            $"{firmware >> 16}.{firmware & 0xFFFF}",
            $"{revision / 100}.{revision % 100:00}");
    }

    public void Dispose() => tpm.Dispose();

    private static List<PcrSelection> Missing(IReadOnlyList<PcrSelection> selection, PcrValues values) =>
    [
        .. selection
            .Select(bank => PcrSelection.Of(bank.Bank, [.. bank.Indices.Where(index => !values.Has(bank.Bank, index))]))
            .Where(bank => !bank.IsEmpty),
    ];

    private static TpmAlgorithm SchemeHash(TpmPublic key) => key.Parameters switch
    {
        EccPublicParameters ecc => ecc.Scheme.Hash,
        RsaPublicParameters rsa => rsa.Scheme.Hash,
        _ => throw new TpmFormatException("not an attestation key"),
    };

    // Only the selection that was signed counts: a TPM leaves out banks it does not have (Part 3, 18.4).
    private static bool IsAbout(byte[] attest, PcrValues values, TpmAlgorithm hash) =>
        Attest.Parse(attest).Quote is { } quote
        && values.Digest(hash, quote.Pcrs).AsSpan().SequenceEqual(quote.PcrDigest.Span);

    private byte[] Activate(EndorsementKeyKind kind, TpmObject attestationKey, CredentialBlob credential)
    {
        var endorsementKey = EndorsementKeys.Create(tpm, kind).Object;
        try
        {
            return EndorsementKeys.Activate(tpm, attestationKey.WithPassword(), (kind, endorsementKey), credential);
        }
        finally
        {
            Flush(endorsementKey.Handle);
        }
    }

    private TpmObject LoadKey(WrappedKey key)
    {
        using var root = StorageRoot.Make(tpm);
        return root.Load(key);
    }

    private void Flush(TpmHandle handle) => tpm.Execute(new FlushContext(handle));
}
