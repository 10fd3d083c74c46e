using System.Text.Json;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using Xunit;
using static KeyBroker.Tpm.Tests.Corpus.RealCases;

namespace KeyBroker.Tpm.Tests.Corpus;

/// <summary>Policies as the feature API of tpm2-tss writes them, computed here.</summary>
public sealed class FapiPolicyCasesTests
{
    private static readonly JsonDocumentOptions s_lax =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    // Cases that are not computed here, each with the reason.
    private static readonly Dictionary<string, string> s_absent = new()
    {
        ["tss-policy-pol_locality"] = "no step of ours demands a locality",
        ["tss-policy-pol_physical_presence"] = "no step of ours demands physical presence",
        ["tss-policy-pol_pcr16_0_or"] = "a register of 65 hexadecimal digits, which only the origin reads",
        ["tss-policy-pol_authorize_ecc_pem"] = "line breaks inside of a JSON string, which only the origin reads",
    };

    [Fact]
    public void Policies_digest_as_elsewhere() => All(
        Of("policy_digest").Where(one => Text(one, "subkind") == "fapi_json"
            && Text(one, "outcome") == "accept" && !s_absent.ContainsKey(Text(one, "id")!)),
        one =>
        {
            using var document = JsonDocument.Parse(Bytes(one, "policy"), s_lax);
            foreach (var expected in one.GetProperty("expected").GetProperty("digest").EnumerateObject())
            {
                var hash = Hash(expected.Name);
                Assert.Equal(expected.Value.GetString(), Convert.ToHexStringLower(Read(document.RootElement, hash).Digest(hash)));
            }
        });

    private static Policy Read(JsonElement policy, TpmAlgorithm hash) =>
        policy.GetProperty("policy").EnumerateArray().Aggregate(Policy.Empty, (before, step) => Apply(before, step, hash));

    private static Policy Apply(Policy before, JsonElement step, TpmAlgorithm hash) => Text(step, "type") switch
    {
        "POLICYACTION" => before,
        "POLICYAUTHVALUE" => before.AuthValue(),
        "POLICYPASSWORD" => before.Password(),
        "POLICYSECRET" => before.Secret(new TpmName(Hex(step, "objectName"))),
        "POLICYAUTHORIZENV" => before.AuthorizeNv(Index(step.GetProperty("nvPublic")).Name),
        "POLICYNAMEHASH" => before.NameHash(Hex(step, "nameHash")),
        "POLICYTEMPLATE" => before.Template(HashAlgorithms.Hash(hash, Template(step.GetProperty("templatePublic")).ToBytes())),
        "POLICYSIGNED" => before.Signed(SigningKey(Text(step, "keyPEM")!).Name),
        "POLICYOR" => before.Or([.. step.GetProperty("branches").EnumerateArray().Select(branch => Read(branch, hash))]),
        "POLICYPCR" => before.Pcr(
            [.. step.GetProperty("pcrs").EnumerateArray()
                .Select(pcr => PcrSelection.Of(TpmAlgorithm.Sha256, pcr.GetProperty("pcr").GetInt32()))],
            [.. step.GetProperty("pcrs").EnumerateArray().Select(pcr => Hex(pcr, "digest"))]),
        var other => throw new ArgumentException($"unknown step {other}"),
    };

    // What the origin makes of a key: bound to PSS or ECDSA, and the exponent spelt out.
    private static TpmPublic SigningKey(string pem)
    {
        var any = PublicKeyFormats.FromPem(pem);
        return any with
        {
            Attributes = ObjectAttributes.Sign,
            Parameters = any.Parameters is RsaPublicParameters rsa
                ? rsa with { Scheme = new(TpmAlgorithm.RsaPss, TpmAlgorithm.Sha256), Exponent = 65537 }
                : (EccPublicParameters)any.Parameters with { Scheme = new(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha256) },
        };
    }

    private static NvPublic Index(JsonElement area)
    {
        var inner = area.TryGetProperty("nvPublic", out var wrapped) ? wrapped : area;
        var index = inner.GetProperty("nvIndex");
        return new NvPublic(
            new(index.ValueKind == JsonValueKind.String ? Convert.ToUInt32(index.GetString(), 16) : index.GetUInt32()),
            Hash(Text(inner, "nameAlg")!.ToLowerInvariant()),
            Attributes(inner.GetProperty("attributes")),
            Hex(inner, "authPolicy"),
            inner.GetProperty("dataSize").GetInt32());
    }

    private static NvAttributes Attributes(JsonElement attributes) => attributes.EnumerateObject()
        .Where(one => one.Value.ValueKind == JsonValueKind.Number && one.Value.GetInt32() == 1)
        .Aggregate(NvAttributes.None, (all, one) => all | Attribute(one.Name));

    // PPWRITE, POLICY_DELETE: theirs begin as the specification's do, ours are words.
    private static NvAttributes Attribute(string name) => Enum.Parse<NvAttributes>(
        name.Replace("PP", "PLATFORM", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    // The one template among the cases is that of a storage key of P-256 without coordinates.
    private static TpmPublic Template(JsonElement template)
    {
        Assert.Equal("NIST_P256", Text(template.GetProperty("parameters"), "curveID"));
        var attributes = template.GetProperty("objectAttributes").EnumerateObject()
            .Where(one => one.Value.GetInt32() == 1)
            .Aggregate(ObjectAttributes.None, (all, one) => all | Enum.Parse<ObjectAttributes>(one.Name, ignoreCase: true));
        return Templates.StorageRootKeyEcc with { Attributes = attributes, Unique = new EccUnique(default, default) };
    }
}
