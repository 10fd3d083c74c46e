using KeyBroker.Attestation.Quotes;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Quotes;

/// <summary>
/// Everything else that a TPM's own attestation key signs over the caller's data, in the place of a quote (threat B03):
/// true magic, true signature, right binding, fresh nonce, and yet not a word about registers.
/// </summary>
public sealed class OtherAttestationsTests : IAsyncLifetime
{
    private const NvAttributes OwnerMay = NvAttributes.OwnerRead | NvAttributes.OwnerWrite | NvAttributes.NoDa;
    private static readonly PcrSelection s_pcrs = PcrSelection.Of(TpmAlgorithm.Sha256, 0, 4, 7);
    private static readonly AuthorizedHandle s_owner = TpmObject.Owner.WithPassword();

    private Swtpm _swtpm = null!;
    private Tpm.Tpm _tpm = null!;

    public static TheoryData<string, string> Statements => new(
        from key in new[] { nameof(Templates.AttestationKeyEccP256), nameof(Templates.AttestationKeyRsa2048) }
        from statement in new[] { "time", "certify", "creation", "nv", "session" }
        select (key, statement));

    public async ValueTask InitializeAsync()
    {
        _swtpm = await Swtpm.StartAsync();
        _tpm = _swtpm.Open();
    }

    public async ValueTask DisposeAsync()
    {
        _tpm.Dispose();
        await _swtpm.DisposeAsync();
    }

    [Theory, MemberData(nameof(Statements))]
    public async Task Refuses_a_real_statement_that_is_not_a_quote(string template, string statement)
    {
        var key = CreateKey(template);
        var command = CommandOf(statement, key);
        var verifier = new Verifier();

        var denied = await Assert.ThrowsAsync<DeniedException>(() => Present(verifier, key, command));
        Assert.Equal(ProblemCodes.AttestationDenied, denied.Code);
        Assert.Equal(ReasonCodes.QuoteType, Assert.Single(denied.Reasons).Code);
        Assert.Equal(0, verifier.Ledger.Count);

        var quote = await Present(verifier, key, binding => new Quote(key.Object.WithPassword(), binding, [s_pcrs]));
        Assert.Equal(3, quote.Measured.Pcrs.Count);
    }

    private CreatePrimaryResponse CreateKey(string template) => _tpm.Execute(
        new CreatePrimary(s_owner, (TpmPublic)typeof(Templates).GetProperty(template)!.GetValue(null)!));

    private Func<byte[], TpmCommand<AttestedResponse>> CommandOf(string statement, CreatePrimaryResponse key)
    {
        var auth = key.Object.WithPassword();
        return statement switch
        {
            "time" => binding => new GetTime(TpmObject.Endorsement.WithPassword(), auth, binding),
            "certify" => binding => new Certify(auth, auth, binding),
            "creation" => binding =>
                new CertifyCreation(auth, key.Object, binding, key.Creation.Hash, key.Creation.Ticket),
            "nv" => Certifying(DefineIndex(), auth),
            "session" => Auditing(StartAudit(), auth),
            _ => throw new ArgumentOutOfRangeException(nameof(statement)),
        };
    }

    private static Func<byte[], TpmCommand<AttestedResponse>> Certifying(TpmObject index, AuthorizedHandle key) =>
        binding => new NvCertify(key, s_owner, index, binding, new NvRange(8));

    private static Func<byte[], TpmCommand<AttestedResponse>> Auditing(HmacSession session, AuthorizedHandle key) =>
        binding => new GetSessionAuditDigest(TpmObject.Endorsement.WithPassword(), key, session.Handle, binding);

    private HmacSession StartAudit()
    {
        var session = HmacSession.StartUnsalted(_tpm);
        session.Audits = true;
        _tpm.Execute(new GetRandom(8), session);
        return session;
    }

    private TpmObject DefineIndex()
    {
        var index = new NvPublic(new(0x01800001), TpmAlgorithm.Sha256, OwnerMay, default, 8);
        _tpm.Execute(new NvDefineSpace(s_owner, default, index));
        _tpm.Execute(new NvWrite(s_owner, index.Object, new byte[8]));
        return index.Written.Object;
    }

    /// <summary>Evidence whose statement the TPM made over the very runtime data, and whose values are those it holds.</summary>
    private Task<VerifiedQuote> Present(
        Verifier verifier, CreatePrimaryResponse key, Func<byte[], TpmCommand<AttestedResponse>> command)
    {
        var values = _tpm.Execute(new PcrRead([s_pcrs])).Values;
        AttestedResponse made = null!;
        var evidence = verifier.Good() with
        {
            Selection = [s_pcrs],
            Register = (_, index) => values[s_pcrs.Indices.IndexOf(index)],
            EditAttest = draft => (made = _tpm.Execute(command(Attest.Parse(draft).ExtraData.ToArray()))).Attest,
            EditSignature = _ => made.Signature.ToBytes(),
        };
        return verifier.CheckAsync(evidence.Build(), key.Public);
    }
}
