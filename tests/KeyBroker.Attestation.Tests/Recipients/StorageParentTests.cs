using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Recipients;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Recipients;

/// <summary>Storage keys that secrets may be wrapped for, and everything that is none.</summary>
public sealed class StorageParentTests
{
    private static readonly SoftwareAttestationKey s_ak = TestKeys.Get("EcDsa-Sha256");
    private static readonly ECDsa s_p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static readonly Dictionary<string, Func<CertifiedKey, CertifiedKey>> s_faults = new(RecipientFaults.Common)
    {
        ["not_restricted"] = key => RecipientFaults.Without(key, ObjectAttributes.Restricted),
        ["signing_key"] = key => RecipientFaults.With(RecipientFaults.Without(key, ObjectAttributes.Decrypt), ObjectAttributes.Sign),
        ["signs_as_well"] = key => RecipientFaults.With(key, ObjectAttributes.Sign),
        ["software_key_under_the_name_of_a_real_one"] = key => key with { Certified = Templates.StorageRootKeyEcc },
        ["rsa_1024"] = key => key with { Public = Area(RSA.Create(1024)) },
        ["p521"] = key => key with { Public = Area(ECDsa.Create(ECCurve.NamedCurves.nistP521)) },
        ["no_cipher"] = key => Protecting(key, SymmetricDefinition.Null),
        ["another_mode"] = key => Protecting(key, new SymmetricDefinition(TpmAlgorithm.Aes, 128, (TpmAlgorithm)0x0042)),
        ["another_cipher"] = key => Protecting(key, new SymmetricDefinition((TpmAlgorithm)0x0026, 128, TpmAlgorithm.Cfb)),
        ["off_curve"] = key => key with { Public = key.Public with { Unique = new EccUnique(new byte[32], new byte[] { 1 }) } },
        ["sealed_data"] = key => key with { Public = Templates.SealedData(default) with { Attributes = key.Public.Attributes } },
    };

    public static TheoryData<string> Faults => [.. s_faults.Keys];

    public static TheoryData<string> Kinds => ["P-256", "P-384", "RSA-2048", "RSA-3072"];

    [Theory, MemberData(nameof(Kinds))]
    public void Accepts_a_storage_key_that_the_same_key_certified(string kind)
    {
        using AsymmetricAlgorithm key = kind switch
        {
            "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            "RSA-2048" => RSA.Create(2048),
            _ => RSA.Create(3072),
        };
        var good = new CertifiedKey { By = s_ak, Public = CertifiedKey.Storage(key) };
        Assert.Equal(good.Public, Check(good).Public);
    }

    [Theory, MemberData(nameof(Faults))]
    public void Refuses(string fault)
    {
        var denied = Assert.Throws<DeniedException>(() => Check(s_faults[fault](Good())));
        Assert.Equal((ProblemCodes.OperationDenied, ReasonCodes.QuoteBinding), (denied.Code, denied.Reasons[0].Code));
        Assert.Equal("to.tpm2", denied.Reasons[0].Path);
    }

    [Fact]
    public void Refuses_every_prefix_and_every_flipped_bit_of_a_statement()
    {
        var members = Good().Members("parent");
        var certify = Base64Url.Decode(members["certify"]!.GetValue<string>());
        Assert.All(Enumerable.Range(0, certify.Length), length => Refused(certify[..length]));
        Assert.All(Enumerable.Range(0, certify.Length * 8), bit =>
        {
            var flipped = certify.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Refused(flipped);
        });

        void Refused(byte[] statement)
        {
            var changed = members.DeepClone().AsObject();
            changed["certify"] = Base64Url.Encode(statement);
            Assert.Equal(ReasonCodes.QuoteBinding, Assert.Throws<DeniedException>(() => Check(changed)).Reasons[0].Code);
        }
    }

    private static TpmPublic Area(AsymmetricAlgorithm key)
    {
        using (key)
        {
            return CertifiedKey.Storage(key);
        }
    }

    private static CertifiedKey Good() => new() { By = s_ak, Public = CertifiedKey.Storage(s_p256) };

    private static CertifiedKey Protecting(CertifiedKey key, SymmetricDefinition symmetric) => key with
    {
        Public = key.Public with { Parameters = (EccPublicParameters)key.Public.Parameters with { Symmetric = symmetric } },
    };

    private static StorageParent Check(CertifiedKey key) => Check(key.Members("parent"));

    private static StorageParent Check(JsonObject members)
    {
        var parsed = StrictJson.Object(JsonSerializer.SerializeToElement(members), "parent", "certify", "signature");
        return StorageParent.Check(CertifiedClaim.ParseParent(parsed, "to.tpm2"), AttestationKey.Check(s_ak.Public));
    }
}
