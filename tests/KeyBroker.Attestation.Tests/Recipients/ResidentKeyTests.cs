using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Tests.Quotes;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Recipients;

/// <summary>Keys of runtimeData that live in the TPM, and what shows it; <see cref="ResidenceAttacks"/> has what does not.</summary>
public sealed class ResidentKeyTests
{
    private static readonly JsonObject s_enc = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);
    private static readonly JsonObject s_rsa = EvidenceBuilder.RsaJwk(2048);
    private static readonly JsonObject s_cnf = EvidenceBuilder.Jwk(ECCurve.NamedCurves.nistP256);

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
