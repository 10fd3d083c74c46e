using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Testing;

/// <summary>Evidence as a TPM and a client would make it, open to one change at any stage before or after signing.</summary>
public sealed record EvidenceBuilder
{
    public required SoftwareAttestationKey Key { get; init; }

    public required byte[] Nonce { get; init; }

    public string Machine { get; init; } = "sha256-" + new string('0', 64);

    /// <summary>A public JWK.</summary>
    public required JsonObject Cnf { get; init; }

    /// <summary>What stands beside the proof key's JWK, or nothing.</summary>
    public JsonObject? CnfMembers { get; init; }

    /// <summary>A public JWK, or none.</summary>
    public JsonObject? Enc { get; init; }

    /// <summary>SHA-256 of the body of the request that the quote is for; null for any.</summary>
    public byte[]? Request { get; init; }

    /// <summary>What the TPM's registers hold, the same in every bank up to its length.</summary>
    public Func<TpmAlgorithm, int, byte[]> Register { get; init; } = Registers;

    public IReadOnlyList<PcrSelection> Selection { get; init; } = [PcrSelection.Of(TpmAlgorithm.Sha256, 0, 4, 7)];

    public uint Magic { get; init; } = Attest.GeneratedValue;

    public ushort Type { get; init; } = Attest.QuoteType;

    public ClockInfo Clock { get; init; } = new(123_456, 7, 3, true);

    /// <summary>The hash of pcrDigest, by default the key's.</summary>
    public TpmAlgorithm? DigestHash { get; init; }

    public Func<byte[], byte[]> EditPcrDigest { get; init; } = bytes => bytes;

    public Func<byte[], byte[]> EditExtraData { get; init; } = bytes => bytes;

    /// <summary>Changes runtimeData before the quote covers it.</summary>
    public Func<string, string> EditRuntimeData { get; init; } = text => text;

    /// <summary>Changes runtimeData after the quote covered it.</summary>
    public Func<string, string> SwapRuntimeData { get; init; } = text => text;

    /// <summary>Changes TPMS_ATTEST before it is signed.</summary>
    public Func<byte[], byte[]> EditAttest { get; init; } = bytes => bytes;

    /// <summary>Changes TPMS_ATTEST after it was signed.</summary>
    public Func<byte[], byte[]> SwapAttest { get; init; } = bytes => bytes;

    public Func<byte[], byte[]> EditSignature { get; init; } = bytes => bytes;

    public Action<JsonObject> EditBody { get; init; } = _ => { };

    public Func<string, string> EditJson { get; init; } = text => text;

    /// <summary>Evidence that nothing is wrong with.</summary>
    public static EvidenceBuilder Good(SoftwareAttestationKey key, byte[] nonce) => new()
    {
        Key = key,
        Nonce = nonce,
        Cnf = Jwk(ECCurve.NamedCurves.nistP256),
        Enc = Jwk(ECCurve.NamedCurves.nistP256),
    };

    /// <summary>A fresh public EC key as a JWK.</summary>
    public static JsonObject Jwk(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        var point = key.ExportParameters(false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = key.KeySize == 256 ? "P-256" : "P-384",
            ["x"] = Base64Url.Encode(point.X),
            ["y"] = Base64Url.Encode(point.Y),
        };
    }

    /// <summary>A fresh public RSA key as a JWK.</summary>
    public static JsonObject RsaJwk(int bits)
    {
        using var key = RSA.Create(bits);
        var parameters = key.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64Url.Encode(parameters.Modulus),
            ["e"] = Base64Url.Encode(parameters.Exponent),
        };
    }

    public EvidenceBuilder With(Func<EvidenceBuilder, EvidenceBuilder> change) => change(this);

    /// <summary>The request body of an attestation.</summary>
    public byte[] Build()
    {
        var runtime = EditRuntimeData(RuntimeJson());
        var attest = EditAttest(AttestBytes(SHA256.HashData(Encoding.UTF8.GetBytes(runtime))));
        var signature = EditSignature(Key.Sign(attest).ToBytes());
        var body = new JsonObject
        {
            ["machine"] = Machine,
            ["runtimeData"] = Base64Url.Encode(Encoding.UTF8.GetBytes(SwapRuntimeData(runtime))),
            ["quote"] = new JsonObject
            {
                ["attest"] = Base64Url.Encode(SwapAttest(attest)),
                ["signature"] = Base64Url.Encode(signature),
            },
            ["pcrs"] = Pcrs(),
        };
        EditBody(body);
        return Encoding.UTF8.GetBytes(EditJson(body.ToJsonString()));
    }

    private static byte[] Registers(TpmAlgorithm bank, int index) =>
        [.. Enumerable.Repeat((byte)(0x10 + index), HashAlgorithms.Size(bank))];

    private string RuntimeJson()
    {
        var runtime = new JsonObject
        {
            ["nonce"] = Base64Url.Encode(Nonce),
            ["cnf"] = new JsonObject { ["jwk"] = Cnf.DeepClone() },
        };
        foreach (var (name, value) in CnfMembers ?? [])
        {
            runtime["cnf"]![name] = value!.DeepClone();
        }

        if (Enc is not null)
        {
            runtime["enc"] = Enc.DeepClone();
        }

        if (Request is not null)
        {
            runtime["req"] = Base64Url.Encode(Request);
        }

        return runtime.ToJsonString();
    }

    private byte[] AttestBytes(byte[] binding) => new Attest
    {
        Magic = Magic,
        Type = Type,
        QualifiedSigner = new byte[34],
        ExtraData = EditExtraData(binding),
        Clock = Clock,
        FirmwareVersion = 0x0001_0002_0003_0004,
        Attested = QuoteBytes(),
    }.ToBytes();

    private byte[] QuoteBytes()
    {
        var writer = new TpmWriter();
        new QuoteInfo(Selection, EditPcrDigest(PcrDigest())).Write(writer);
        return writer.ToArray();
    }

    private byte[] PcrDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithms.ToName(DigestHash ?? Key.Hash));
        foreach (var selection in Selection)
        {
            foreach (var index in selection.Indices)
            {
                hash.AppendData(Register(selection.Bank, index));
            }
        }

        return hash.GetHashAndReset();
    }

    private JsonObject Pcrs()
    {
        var banks = new JsonObject();
        foreach (var selection in Selection.Where(selection => PcrBanks.IsKnown(selection.Bank)))
        {
            var values = new JsonObject();
            foreach (var index in selection.Indices)
            {
                values[index.ToString(CultureInfo.InvariantCulture)] =
                    Convert.ToHexStringLower(Register(selection.Bank, index));
            }

            banks[PcrBanks.NameOf(selection.Bank)] = values;
        }

        return banks;
    }
}
