using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Tests.Quotes;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Recipients;

/// <summary>Keys of runtimeData that claim to live in the TPM: what shows it, and everything that does not.</summary>
public sealed class ResidentKeyTests
{
    private static readonly JsonObject s_enc = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);
    private static readonly JsonObject s_rsa = EvidenceBuilder.RsaJwk(2048);
    private static readonly JsonObject s_cnf = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);

    private static readonly Dictionary<string, Func<CertifiedKey, CertifiedKey>> s_encFaults = new(RecipientFaults.Common)
    {
        ["restricted"] = key => RecipientFaults.With(key, ObjectAttributes.Restricted),
        ["it signs as well"] = key => RecipientFaults.With(key, ObjectAttributes.Sign),
        ["it only signs"] = key => RecipientFaults.With(RecipientFaults.Without(key, ObjectAttributes.Decrypt), ObjectAttributes.Sign),
        ["attributes added to what was certified"] = key => RecipientFaults.Pretending(
            RecipientFaults.Without(key, ObjectAttributes.FixedTpm), ObjectAttributes.FixedTpm),
        ["another key than the JWK"] = key => key with { Public = CertifiedKey.ForDecryption(EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256)) },
        ["an RSA key beside an EC JWK"] = key => key with { Public = CertifiedKey.ForDecryption(s_rsa) },
        ["sealed data"] = key => key with { Public = Templates.SealedData(default) },
        ["a scheme that does not fit"] = key => key with
        {
            Public = key.Public with
            {
                Parameters = new EccPublicParameters(
                    SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.EcMqv, TpmAlgorithm.Sha256), TpmEccCurve.NistP256, SignatureScheme.Null),
            },
        },
    };

    private static readonly Dictionary<string, Func<CertifiedKey, CertifiedKey>> s_cnfFaults = new(RecipientFaults.Common)
    {
        ["restricted: it signs no proofs"] = key => RecipientFaults.With(key, ObjectAttributes.Restricted),
        ["it decrypts as well"] = key => RecipientFaults.With(key, ObjectAttributes.Decrypt),
        ["another key than the JWK"] = key => key with { Public = CertifiedKey.ForProofs(EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256)) },
        ["a scheme that does not fit"] = key => key with { Public = key.Public with { Parameters = Signing(TpmAlgorithm.EcDsa, TpmAlgorithm.Sha384) } },
        ["another scheme"] = key => key with { Public = key.Public with { Parameters = Signing(TpmAlgorithm.EcSchnorr, TpmAlgorithm.Sha256) } },
    };

    public static TheoryData<string> EncFaults => [.. s_encFaults.Keys];

    public static TheoryData<string> CnfFaults => [.. s_cnfFaults.Keys];

    [Fact]
    public async Task Shows_which_keys_the_tpm_holds()
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        var (enc, cnf) = (Enc(good), Cnf(good));

        var quote = await verifier.CheckAsync(With(good, enc, cnf));

        Assert.Equal((enc.Public.Name, cnf.Public.Name), (quote.Residents.Enc!.Value, quote.Residents.Cnf!.Value));
        Assert.True((await verifier.CheckAsync(verifier.Good())).Residents.IsEmpty);
        Assert.Null((await verifier.CheckAsync(With(verifier.Good(), enc, null))).Residents.Cnf);
    }

    [Fact]
    public async Task Takes_rsa_keys_and_bound_schemes()
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        var oaep = new RsaPublicParameters(SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.Oaep, TpmAlgorithm.Sha256), 2048, 0);
        foreach (var parameters in new PublicParameters?[] { null, oaep })
        {
            var area = CertifiedKey.ForDecryption(s_rsa);
            var key = new CertifiedKey { By = good.Key, Public = area with { Parameters = parameters ?? area.Parameters } };
            Assert.NotNull((await verifier.CheckAsync(verifier.Good() with { Enc = key.Beside(s_rsa) })).Residents.Enc);
        }

        foreach (var hash in new[] { TpmAlgorithm.Sha1, TpmAlgorithm.Sha384 })
        {
            var area = CertifiedKey.ForDecryption(s_rsa) with
            {
                Parameters = oaep with { Scheme = new SignatureScheme(TpmAlgorithm.Oaep, hash) },
            };
            await RefusesAsync(verifier, verifier.Good() with { Enc = new CertifiedKey { By = good.Key, Public = area }.Beside(s_rsa) });
        }

        var bound = Enc(good).Public with
        {
            Parameters = new EccPublicParameters(
                SymmetricDefinition.Null, new SignatureScheme(TpmAlgorithm.Ecdh, TpmAlgorithm.Sha256), TpmEccCurve.NistP256, SignatureScheme.Null),
        };
        Assert.NotNull((await verifier.CheckAsync(With(verifier.Good(), Enc(good) with { Public = bound }, null))).Residents.Enc);
    }

    /// <summary>tpm2_certify always signs the same extraData, and the nonce is under the quote.</summary>
    [Fact]
    public async Task Does_not_care_what_a_statement_was_qualified_with()
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        Assert.NotNull((await verifier.CheckAsync(With(good, Enc(good) with { ExtraData = [] }, null))).Residents.Enc);
    }

    [Theory, MemberData(nameof(EncFaults))]
    public async Task Refuses_an_encryption_key(string fault)
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        await RefusesAsync(verifier, With(good, s_encFaults[fault](Enc(good)), null));
        Assert.Equal(0, verifier.Ledger.Count);
        _ = await verifier.CheckAsync(With(good, Enc(good), null));
    }

    [Theory, MemberData(nameof(CnfFaults))]
    public async Task Refuses_a_proof_key(string fault)
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        await RefusesAsync(verifier, With(good, null, s_cnfFaults[fault](Cnf(good))));
        _ = await verifier.CheckAsync(With(good, null, Cnf(good)));
    }

    [Fact]
    public async Task Refuses_signed_bytes_that_are_no_statement_as_malformed()
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        foreach (var edit in new Func<byte[], byte[]>[] { bytes => bytes[..^1], bytes => [.. bytes, 0], bytes => bytes[..40] })
        {
            var denied = await Assert.ThrowsAsync<DeniedException>(() => verifier.CheckAsync(With(good, Enc(good) with { EditAttest = edit }, null)));
            Assert.Equal((ProblemCodes.EvidenceMalformed, "runtimeData.enc.certify"), (denied.Code, denied.Reasons[0].Path));
        }
    }

    [Theory]
    [InlineData("public", null)]
    [InlineData("certify", null)]
    [InlineData("signature", null)]
    [InlineData("public", "AAAA")]
    [InlineData("public", "!")]
    [InlineData("certify", "!")]
    [InlineData("signature", "AAAA")]
    public async Task Takes_all_three_members_or_none_and_only_well_formed_ones(string member, string? value)
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        foreach (var changed in new[] { With(good, Enc(good), null), With(good, null, Cnf(good)) })
        {
            var denied = await Assert.ThrowsAsync<DeniedException>(() => verifier.CheckAsync(changed with { EditRuntimeData = Edit }));
            Assert.Equal(ProblemCodes.RequestMalformed, denied.Code);
        }

        string Edit(string text)
        {
            var runtime = JsonNode.Parse(text)!.AsObject();
            var holder = runtime["enc"]!.AsObject() is { } enc && enc.ContainsKey("certify") ? enc : runtime["cnf"]!.AsObject();
            _ = holder.Remove(member);
            if (value is not null)
            {
                holder[member] = value;
            }

            return runtime.ToJsonString();
        }
    }

    private static EccPublicParameters Signing(TpmAlgorithm scheme, TpmAlgorithm hash) => new EccPublicParameters(
        SymmetricDefinition.Null, new SignatureScheme(scheme, hash), TpmEccCurve.NistP256, SignatureScheme.Null);

    private static CertifiedKey Enc(EvidenceBuilder evidence) => new() { By = evidence.Key, Public = CertifiedKey.ForDecryption(s_enc) };

    private static CertifiedKey Cnf(EvidenceBuilder evidence) => new() { By = evidence.Key, Public = CertifiedKey.ForProofs(s_cnf) };

    private static EvidenceBuilder With(EvidenceBuilder evidence, CertifiedKey? enc, CertifiedKey? cnf) => evidence with
    {
        Cnf = s_cnf,
        CnfMembers = cnf?.Members(),
        Enc = enc?.Beside(s_enc) ?? s_enc,
    };

    private static async Task RefusesAsync(Verifier verifier, EvidenceBuilder evidence)
    {
        var denied = await Assert.ThrowsAsync<DeniedException>(() => verifier.CheckAsync(evidence));
        Assert.Equal((ProblemCodes.AttestationDenied, ReasonCodes.QuoteBinding), (denied.Code, denied.Reasons[0].Code));
    }
}
