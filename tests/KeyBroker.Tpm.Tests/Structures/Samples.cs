using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Tpm.Tests.Structures;

/// <summary>One good encoding of every structure, with the parser that takes it.</summary>
internal static class Samples
{
    internal delegate byte[] RoundTrip(ReadOnlySpan<byte> bytes);

    internal static readonly IReadOnlyDictionary<string, (byte[] Bytes, RoundTrip RoundTrip)> All = Make();

    internal static byte[] Quote()
    {
        var body = new TpmWriter();
        new QuoteInfo([PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7, 23)], Fill(32)).Write(body);
        return Attested(Attest.QuoteType, body.ToArray());
    }

    internal static byte[] Attested(ushort type, byte[] body) => new Attest
    {
        Magic = Attest.GeneratedValue,
        Type = type,
        QualifiedSigner = Fill(34),
        ExtraData = Fill(32),
        Clock = new ClockInfo(1, 2, 3, true),
        FirmwareVersion = 4,
        Attested = body,
    }.ToBytes();

    internal static byte[] Fill(int size) => [.. Enumerable.Range(1, size).Select(i => (byte)(i % 251))];

    private static Dictionary<string, (byte[], RoundTrip)> Make()
    {
        var samples = new Dictionary<string, (byte[], RoundTrip)>
        {
            ["quote"] = (Quote(), bytes => Attest.Parse(bytes).ToBytes()),
            ["certify"] = (Attested(Attest.CertifyType, TwoBuffers()), bytes => Attest.Parse(bytes).ToBytes()),
            ["creation"] = (Attested(Attest.CreationType, TwoBuffers()), bytes => Attest.Parse(bytes).ToBytes()),
            ["time"] = (Attested(Attest.TimeType, [.. Fill(24), 1, .. Fill(8)]), bytes => Attest.Parse(bytes).ToBytes()),
            ["nv"] = (Attested(Attest.NvType, [0, 34, .. Fill(34), 0, 3, 0, 4, .. Fill(4)]), bytes => Attest.Parse(bytes).ToBytes()),
            ["session-audit"] = (Attested(Attest.SessionAuditType, [1, 0, 32, .. Fill(32)]), bytes => Attest.Parse(bytes).ToBytes()),
            ["nv-index"] = (
                new NvPublic(new(0x01800001), TpmAlgorithm.Sha256, NvAttributes.OwnerRead, Fill(32), 8).ToBytes(),
                bytes => NvPublic.Parse(bytes).ToBytes()),
            ["point"] = (new EccPoint(Fill(32), Fill(32)).ToBytes(), bytes => EccPoint.Parse(bytes).ToBytes()),
            ["sensitive"] = (
                new TpmSensitive(TpmAlgorithm.Ecc, Fill(8), default, Fill(32)).ToBytes(),
                bytes => TpmSensitive.Parse(bytes).ToBytes()),
            ["rsa-signature"] = Signature(TpmSignature.OfRsa(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha384, Fill(40))),
            ["ecdsa-signature"] = Signature(TpmSignature.OfEcdsa(TpmAlgorithm.Sha256, Fill(32), Fill(32))),
            ["selection"] = (
                PcrSelectionList.ToBytes([PcrSelection.Of(TpmAlgorithm.Sha1, 1), PcrSelection.Of(TpmAlgorithm.Sha512)]),
                bytes => PcrSelectionList.ToBytes(PcrSelectionList.Parse(bytes))),
            ["hmac-key"] = Public(Digest(TpmAlgorithm.KeyedHash, new KeyedHashParameters(
                new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256)))),
            ["xor-key"] = Public(Digest(TpmAlgorithm.KeyedHash, new KeyedHashParameters(
                new SignatureScheme(TpmAlgorithm.Xor, TpmAlgorithm.Sha256), TpmAlgorithm.Kdf1Sp800_108))),
            ["sealed-data"] = Public(Digest(TpmAlgorithm.KeyedHash, KeyedHashParameters.Null)),
            ["cipher-key"] = Public(Digest(
                TpmAlgorithm.SymCipher, new SymCipherParameters(SymmetricDefinition.Aes256Cfb))),
        };
        foreach (var template in Templates.EndorsementKeys.Append(Templates.AttestationKeyEccP256)
            .Append(Templates.AttestationKeyRsa2048).Append(Templates.StorageRootKeyEcc))
        {
            samples.Add($"template-{samples.Count}", Public(template));
        }

        return samples;
    }

    private static (byte[], RoundTrip) Public(TpmPublic area) =>
        (area.ToSizedBytes(), bytes => TpmPublic.ParseSized(bytes).ToSizedBytes());

    private static (byte[], RoundTrip) Signature(TpmSignature signature) =>
        (signature.ToBytes(), bytes => TpmSignature.Parse(bytes).ToBytes());

    private static TpmPublic Digest(TpmAlgorithm type, PublicParameters parameters) => new()
    {
        Type = type,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = ObjectAttributes.FixedTpm | ObjectAttributes.Sign,
        Parameters = parameters,
        Unique = new DigestUnique(Fill(32)),
    };

    private static byte[] TwoBuffers()
    {
        var writer = new TpmWriter();
        writer.WriteSized(Fill(34));
        writer.WriteSized(Fill(32));
        return writer.ToArray();
    }
}
