using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Sessions;

/// <summary>Policies computed in software are those the TPM computes, and open what was sealed to them.</summary>
public class PolicySessionTests : OnSwtpm
{
    private static readonly byte[] s_secret = "attack at dawn"u8.ToArray();
    private static readonly byte[] s_authValue = "open sesame"u8.ToArray();
    private static readonly PcrSelection s_pcrs = PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7);

    [Theory]
    [InlineData(TpmAlgorithm.Sha256)]
    [InlineData(TpmAlgorithm.Sha384)]
    public void Computes_the_digest_the_tpm_computes(TpmAlgorithm hash)
    {
        var values = Tpm.Execute(new PcrRead([s_pcrs])).Values;
        var start = PolicyDigest.Start(hash);
        using var session = PolicySession.StartTrial(Tpm, hash);

        session.Pcr([s_pcrs]);
        Check(start.Pcr([s_pcrs], values), session);
        session.Secret(TpmObject.Endorsement.WithPassword(), "reference"u8.ToArray());
        Check(start.Secret(TpmObject.Endorsement.Name, "reference"u8), session);
        session.AuthValue();
        Check(start.AuthValue(), session);
        session.CommandCode(TpmCommandCode.Unseal);
        Check(start.CommandCode((uint)TpmCommandCode.Unseal), session);

        byte[][] branches = [start.AuthValue().Value, start.CommandCode((uint)TpmCommandCode.Sign).Value];
        session.Or(branches);
        Check(start.Or(branches), session);
    }

    [Fact]
    public void Steps_add_up_as_the_tpm_adds_them()
    {
        using var session = PolicySession.StartTrial(Tpm);
        session.CommandCode(TpmCommandCode.Unseal);
        session.AuthValue();
        session.Secret(TpmObject.Owner.WithPassword());
        Assert.Equal(
            PolicyDigest.Start(TpmAlgorithm.Sha256)
                .CommandCode((uint)TpmCommandCode.Unseal).AuthValue().Secret(TpmObject.Owner.Name).Value,
            session.GetDigest());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Unseals_in_the_measured_state_only(bool isSalted)
    {
        var values = Tpm.Execute(new PcrRead([Pcr16])).Values;
        var policy = PolicyDigest.Start(TpmAlgorithm.Sha256).Pcr([Pcr16], values).Value;
        var (blob, _) = LoadSealed(s_secret, [], policy);
        using var session = isSalted ? StartSalted() : PolicySession.Start(Tpm);

        for (var i = 0; i < 2; i++)
        {
            session.Pcr([Pcr16]);
            Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session))));
        }

        Tpm.Execute(PcrExtend.Of(16, TpmAlgorithm.Sha256, new byte[32]));
        session.Pcr([Pcr16]);
        var refused = Assert.Throws<TpmException>(() => Tpm.Execute(new Unseal(blob.With(session))));
        Assert.True(refused.Code.Is(TpmResponseCode.PolicyFail));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Proves_the_authorization_value_when_the_policy_asks(bool isSalted)
    {
        var policy = PolicyDigest.Start(TpmAlgorithm.Sha256).AuthValue().Value;
        var (blob, _) = LoadSealed(s_secret, s_authValue, policy);
        using var session = isSalted ? StartSalted() : PolicySession.Start(Tpm);

        session.AuthValue();
        Assert.Throws<TpmException>(() => Tpm.Execute(new Unseal(blob.With(session, "wrong"u8.ToArray()))));
        session.Restart();
        session.AuthValue();
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
        session.AuthValue();
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
    }

    [Fact]
    public void Encrypts_with_the_authorization_value_even_where_it_is_not_proven()
    {
        var policy = PolicyDigest.Start(TpmAlgorithm.Sha256).CommandCode((uint)TpmCommandCode.Unseal).Value;
        var (blob, _) = LoadSealed(s_secret, s_authValue, policy);
        using var session = StartSalted();
        session.CommandCode(TpmCommandCode.Unseal);
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
    }

    [Fact]
    public void Unseals_under_a_policy_that_a_key_approved()
    {
        using var authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityPublic = PublicOf(authority);
        var approved = PolicyDigest.Start(TpmAlgorithm.Sha256)
            .Pcr([Pcr16], Tpm.Execute(new PcrRead([Pcr16])).Values).Value;
        var policy = PolicyDigest.Start(TpmAlgorithm.Sha256).Authorize(authorityPublic.Name, "v1"u8).Value;
        var (blob, _) = LoadSealed(s_secret, [], policy);

        // What is signed is the hash of the approved policy and its reference (Part 3, 23.16).
        var digest = SHA256.HashData([.. approved, .. "v1"u8]);
        var signed = authority.SignHash(digest);
        var key = Tpm.Execute(new LoadExternal(authorityPublic, TpmHandle.Owner));
        var ticket = Tpm.Execute(new VerifySignature(
            key, digest, TpmSignature.OfEcdsa(TpmAlgorithm.Sha256, signed.AsMemory(..32), signed.AsMemory(32..))));
        Flush(key);

        using var session = PolicySession.Start(Tpm);
        session.Pcr([Pcr16]);
        session.Authorize(approved, "v1"u8.ToArray(), key.Name, ticket);
        Assert.Equal(policy, session.GetDigest());
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session))));
    }

    private static void Check(PolicyDigest expected, PolicySession session)
    {
        Assert.Equal(expected.Value, session.GetDigest());
        session.Restart();
        if (session.GetDigest().Any(octet => octet != 0))
        {
            Assert.Fail("a restarted session begins with zeros");
        }
    }

    private PolicySession StartSalted()
    {
        var root = CreateStorageRoot();
        var session = PolicySession.StartSalted(Tpm, root.Object, root.Public);
        Flush(root.Object);
        return session;
    }

    private static TpmPublic PublicOf(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        var template = Templates.AttestationKeyEccP256;
        return template with
        {
            Attributes = ObjectAttributes.Sign | ObjectAttributes.UserWithAuth,
            Unique = new EccUnique(point.X, point.Y),
        };
    }
}
