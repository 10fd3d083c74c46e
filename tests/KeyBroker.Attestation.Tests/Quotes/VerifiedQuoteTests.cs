using KeyBroker.Attestation.Endorsements;
using KeyBroker.Attestation.Quotes;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Attestation.Tests.Quotes;

using Evidence = KeyBroker.Attestation.Evidence.Evidence;

public sealed class VerifiedQuoteTests
{
    public static TheoryData<string, string> Attacks => Cross(QuoteAttacks.All);

    public static TheoryData<string, string> Controls => Cross(QuoteAttacks.Controls);

    [Theory, MemberData(nameof(Controls))]
    public async Task Accepts(string kind, string control)
    {
        var verifier = new Verifier();
        var quote = await verifier.CheckAsync(QuoteAttacks.Controls.Single(c => c.Name == control).Mutate(verifier.Good(kind)));

        Assert.Equal(new BootCounters(7, 3), quote.Boot);
        Assert.Equal(1, verifier.Ledger.Count);
    }

    [Theory, MemberData(nameof(Attacks))]
    public async Task Refuses(string kind, string name)
    {
        var attack = QuoteAttacks.All.Single(a => a.Name == name);
        var verifier = new Verifier();
        var good = verifier.Good(kind);

        var denied = await Assert.ThrowsAsync<DeniedException>(() => verifier.CheckAsync(attack.Mutate(good)));
        Assert.Equal(attack.Code, denied.Code);
        Assert.Equal(attack.Reason, denied.Reasons.Count > 0 ? denied.Reasons[0].Code : null);

        // A nonce is spent by an authentic quote and by nothing before it: the control after an earlier refusal holds.
        var spent = attack.Reason is ReasonCodes.PcrSelection or ReasonCodes.PcrDigest or ReasonCodes.EventLog;
        Assert.Equal(spent ? 1 : 0, verifier.Ledger.Count);
        _ = await verifier.CheckAsync(spent ? verifier.Good(kind) : good);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Measures_exactly_the_quoted_registers(string kind)
    {
        var verifier = new Verifier();
        var quote = await verifier.CheckAsync(verifier.Good(kind));

        Assert.Equal([0, 4, 7], quote.Measured.Pcrs.Keys.Select(key => key.Pcr).Order());
        Assert.Equal([.. Enumerable.Repeat((byte)0x17, 32)], quote.Measured.Find(TpmAlgorithm.Sha256, 7)!);
        Assert.Null(quote.Measured.Find(TpmAlgorithm.Sha256, 8));
        Assert.Null(quote.Measured.Find(TpmAlgorithm.Sha384, 7));
    }

    [Fact]
    public async Task Shows_no_policy_a_sha1_register()
    {
        var verifier = new Verifier();
        var quote = await verifier.CheckAsync(verifier.Good() with { Selection = [PcrSelection.Of(TpmAlgorithm.Sha1, 7)] });

        Assert.Empty(quote.Measured.Pcrs);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Refuses_every_bit_flip_of_a_signed_quote(string kind)
    {
        var verifier = new Verifier();
        var key = AttestationKey.Check(TestKeys.Get(kind).Public);
        var evidence = Evidence.Parse(verifier.Good(kind).Build());
        _ = AuthenticQuote.CheckSigned(evidence.Attest, evidence.Signature, key);
        for (var bit = 0; bit < evidence.Attest.Length * 8; bit++)
        {
            var flipped = Flip(evidence.Attest, bit);
            var denied = Assert.Throws<DeniedException>(() => AuthenticQuote.CheckSigned(flipped, evidence.Signature, key));
            Assert.Equal(ReasonCodes.QuoteSignature, denied.Reasons[0].Code);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Refuses_every_bit_flip_of_a_signature(string kind)
    {
        var verifier = new Verifier();
        var key = AttestationKey.Check(TestKeys.Get(kind).Public);
        var evidence = Evidence.Parse(verifier.Good(kind).Build());
        var signature = evidence.Signature.ToBytes();
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            Assert.False(Verifies(Flip(signature, bit), evidence.Attest, key), $"bit {bit}");
        }
    }

    [Fact]
    public async Task Never_crashes_on_a_re_signed_quote_with_one_bit_flipped()
    {
        var verifier = new Verifier();
        var length = Evidence.Parse(verifier.Good().Build()).Attest.Length;
        for (var bit = 0; bit < length * 8; bit++)
        {
            var flipped = verifier.Good() with { EditAttest = bytes => Flip(bytes, bit) };
            _ = await Record.ExceptionAsync(() => verifier.CheckAsync(flipped)) switch
            {
                null or DeniedException => 0,
                var crash => throw crash,
            };
        }
    }

    [Fact]
    public async Task Spends_the_nonce_of_a_malleable_signature_once()
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        _ = await verifier.CheckAsync(good);

        var denied = await Assert.ThrowsAsync<DeniedException>(() => verifier.CheckAsync(good with { EditSignature = Negate }));
        Assert.Equal(ProblemCodes.ChallengeUsed, denied.Code);
    }

    [Fact]
    public async Task Refuses_a_fresh_nonce_of_another_quote()
    {
        var verifier = new Verifier();
        var good = verifier.Good();
        var evidence = Evidence.Parse(good.Build());
        var authentic = AuthenticQuote.Check(evidence, AttestationKey.Check(good.Key.Public));
        var other = await verifier.Nonces.RedeemAsync(verifier.Nonces.Issue().Nonce, verifier.Ledger, CancellationToken.None);

        var denied = Assert.Throws<DeniedException>(() => VerifiedQuote.Check(authentic, other));
        Assert.Equal(ReasonCodes.NonceUnknown, denied.Reasons[0].Code);
    }

    public static TheoryData<string> Kinds => [.. TestKeys.Kinds];

    private static TheoryData<string, string> Cross(IReadOnlyList<QuoteAttack> attacks)
    {
        var data = new TheoryData<string, string>();
        foreach (var kind in TestKeys.Kinds)
        {
            foreach (var attack in attacks)
            {
                data.Add(kind, attack.Name);
            }
        }

        return data;
    }

    private static bool Verifies(byte[] signature, byte[] attest, AttestationKey key)
    {
        try
        {
            _ = AuthenticQuote.CheckSigned(attest, TpmSignature.Parse(signature), key);
            return true;
        }
        catch (Exception refused) when (refused is DeniedException or KeyBroker.Tpm.TpmFormatException)
        {
            return false;
        }
    }

    // (r, n - s) verifies wherever (r, s) does.
    private static byte[] Negate(byte[] bytes)
    {
        var order = System.Numerics.BigInteger.Parse(
            "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture);
        var signature = TpmSignature.Parse(bytes);
        var negated = order - new System.Numerics.BigInteger(signature.S.Span, isUnsigned: true, isBigEndian: true);
        return TpmSignature.OfEcdsa(signature.Hash, signature.R, negated.ToByteArray(true, true)).ToBytes();
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        byte[] flipped = [.. bytes];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }
}
