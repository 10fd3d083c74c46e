namespace KeyBroker.Tpm.Structures;

/// <summary>TPMT_SIG_SCHEME and its kin TPMT_RSA_SCHEME, TPMT_ECC_SCHEME and TPMT_KDF_SCHEME (Part 2, 11.2).</summary>
/// <param name="Scheme">The scheme, or Null for none.</param>
/// <param name="Hash">The scheme's hash; Null where the scheme has none.</param>
/// <param name="Count">The commit counter of an ECDAA scheme; zero for all others.</param>
public sealed record SignatureScheme(TpmAlgorithm Scheme, TpmAlgorithm Hash, ushort Count = 0)
{
    public static readonly SignatureScheme Null = new(TpmAlgorithm.Null, TpmAlgorithm.Null);

    /// <summary>TPMT_SIG_SCHEME (Part 2, 11.2.1.5), as the Sign and Quote commands take it.</summary>
    public static SignatureScheme Read(ref TpmReader reader) => Read(ref reader, IsSignature);

    public void Write(TpmWriter writer)
    {
        writer.WriteAlgorithm(Scheme);
        if (HasHash(Scheme))
        {
            writer.WriteAlgorithm(Hash);
        }

        if (Scheme == TpmAlgorithm.Ecdaa)
        {
            writer.WriteUInt16(Count);
        }
    }

    internal static SignatureScheme ReadRsa(ref TpmReader reader) => Read(ref reader, IsRsa);

    internal static SignatureScheme ReadEcc(ref TpmReader reader) => Read(ref reader, IsEcc);

    internal static SignatureScheme ReadKdf(ref TpmReader reader) => Read(ref reader, IsKdf);

    internal static bool IsKdf(TpmAlgorithm scheme) =>
        scheme is TpmAlgorithm.Mgf1 or TpmAlgorithm.Kdf1Sp800_56A or TpmAlgorithm.Kdf2 or TpmAlgorithm.Kdf1Sp800_108;

    private static SignatureScheme Read(ref TpmReader reader, Func<TpmAlgorithm, bool> isAllowed)
    {
        var scheme = reader.ReadAlgorithm();
        if (scheme == TpmAlgorithm.Null)
        {
            return Null;
        }

        if (!isAllowed(scheme))
        {
            throw new TpmFormatException($"0x{(ushort)scheme:x4} is not a scheme allowed here");
        }

        var hash = HasHash(scheme) ? reader.ReadAlgorithm() : TpmAlgorithm.Null;
        return new SignatureScheme(scheme, hash, scheme == TpmAlgorithm.Ecdaa ? reader.ReadUInt16() : (ushort)0);
    }

    private static bool HasHash(TpmAlgorithm scheme) => scheme is not (TpmAlgorithm.Null or TpmAlgorithm.RsaEs);

    private static bool IsRsa(TpmAlgorithm scheme) =>
        scheme is TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss or TpmAlgorithm.RsaEs or TpmAlgorithm.Oaep;

    private static bool IsEcc(TpmAlgorithm scheme) =>
        scheme is TpmAlgorithm.EcDsa or TpmAlgorithm.Ecdh or TpmAlgorithm.Ecdaa or TpmAlgorithm.Sm2
            or TpmAlgorithm.EcSchnorr or TpmAlgorithm.EcMqv;

    private static bool IsSignature(TpmAlgorithm scheme) =>
        scheme is TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss or TpmAlgorithm.EcDsa or TpmAlgorithm.Ecdaa
            or TpmAlgorithm.Sm2 or TpmAlgorithm.EcSchnorr or TpmAlgorithm.Hmac;
}
