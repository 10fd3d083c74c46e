using System.Buffers.Binary;
using System.Security.Cryptography;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Tests.Structures;
using Xunit;

namespace KeyBroker.Tpm.Tests.Policies;

/// <summary>Every step of a policy: the digest computed in software is the TPM's, and what is sealed to it opens.</summary>
public sealed class PolicyTests : OnSwtpm
{
    private static readonly byte[] s_secret = "attack at dawn"u8.ToArray();
    private static readonly byte[] s_authValue = "open sesame"u8.ToArray();
    private static readonly byte[] s_reference = "reference"u8.ToArray();
    private static readonly AuthorizedHandle s_owner = TpmObject.Owner.WithPassword();
    private static readonly PolicyMeans s_unsealing = new() { Command = TpmCommandCode.Unseal };

    [Theory]
    [InlineData(TpmAlgorithm.Sha256)]
    [InlineData(TpmAlgorithm.Sha384)]
    public void Opens_in_the_measured_state_only(TpmAlgorithm hash)
    {
        var selection = PcrSelection.Of(TpmAlgorithm.Sha256, [.. Enumerable.Range(0, 12), 16]);
        var values = selection.Indices
            .Select(index => Tpm.Execute(new PcrRead([PcrSelection.Of(TpmAlgorithm.Sha256, index)])).Values[0]);
        var policy = Policy.Empty.Pcr([selection], [.. values]);
        Opens(policy, s_unsealing, hash);

        Tpm.Execute(PcrExtend.Of(16, TpmAlgorithm.Sha256, new byte[32]));
        using var session = PolicySession.Start(Tpm);
        Assert.Throws<TpmException>(() => policy.Satisfy(session));
    }

    [Fact]
    public void Opens_for_whoever_knows_a_secret()
    {
        var policy = Policy.Empty.Secret(TpmObject.Endorsement.Name, s_reference);
        Opens(policy, s_unsealing with { Secrets = [s_owner, TpmObject.Endorsement.WithPassword()] });
        IsNotSatisfied(policy, s_unsealing with { Secrets = [s_owner] });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Opens_for_whoever_can_sign(bool isRsa)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var key = isRsa ? SigningKeys.Public(rsa) : SigningKeys.Public(ecdsa);
        var signer = new PolicySigner(key, message => isRsa ? SigningKeys.Sign(rsa, message) : SigningKeys.Sign(ecdsa, message));
        var policy = Policy.Empty.Signed(key.Name, s_reference);
        Opens(policy, s_unsealing with { Signers = [signer] });
        IsNotSatisfied(policy, s_unsealing);

        var other = signer with { Sign = message => SigningKeys.Sign(ecdsa, new byte[message.Length]) };
        using var session = PolicySession.Start(Tpm);
        Assert.Throws<TpmException>(() => policy.Satisfy(session, s_unsealing with { Signers = [other] }));
    }

    [Fact]
    public void Opens_under_whatever_a_key_approves()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = SigningKeys.Public(ecdsa);
        var approved = Policy.Empty.CommandCode(TpmCommandCode.Unseal).AuthValue();
        var approval = Approve(ecdsa, key, approved);
        var policy = Policy.Empty.Authorize(key.Name, s_reference);
        Opens(policy, s_unsealing with { Approvals = [approval] });
        IsNotSatisfied(policy, s_unsealing with { Approvals = [approval with { Approved = Policy.Empty.AuthValue() }] });
        IsNotSatisfied(Policy.Empty.Authorize(key.Name), s_unsealing with { Approvals = [approval] });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Opens_for_whoever_knows_the_authorization_value(bool isSent)
    {
        var start = Policy.Empty.CommandCode(TpmCommandCode.Unseal);
        var policy = isSent ? start.Password() : start.AuthValue();
        Opens(policy, s_unsealing);
        Opens(policy, s_unsealing, isSalted: false);
        var blob = Seal(policy, TpmAlgorithm.Sha256);
        using var session = PolicySession.Start(Tpm);
        policy.Satisfy(session);
        Assert.Throws<TpmException>(() => Tpm.Execute(new Unseal(blob.With(session, "wrong"u8.ToArray()))));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(8, 7)]
    [InlineData(9, 0)]
    [InlineData(9, 8)]
    [InlineData(17, 16)]
    [InlineData(65, 64)]
    [InlineData(80, 42)]
    public void Opens_by_any_of_many_branches(int count, int taken)
    {
        var branches = Enumerable.Range(0, count)
            .Select(branch => branch == taken
                ? Policy.Empty.CommandCode(TpmCommandCode.Unseal).AuthValue()
                : Policy.Empty.AuthValue().CommandCode((TpmCommandCode)(0x200 + branch)))
            .ToArray();
        Opens(Policy.Empty.Secret(TpmObject.Owner.Name).Or(branches), s_unsealing with { Secrets = [s_owner] });
        IsNotSatisfied(Policy.Empty.Or(branches), new PolicyMeans { Command = TpmCommandCode.Sign });
    }

    [Fact]
    public void Takes_the_first_branch_that_is_possible_and_burns_nothing()
    {
        var policy = Policy.Empty.Or(
            Policy.Empty.Pcr([Pcr16], [new byte[32]]).CommandCode(TpmCommandCode.Unseal),
            Policy.Empty.Secret(TpmObject.Owner.Name));
        var means = s_unsealing with { Secrets = [s_owner] };
        Opens(policy, means);
        Tpm.Execute(PcrExtend.Of(16, TpmAlgorithm.Sha256, new byte[32]));
        Opens(policy, means);
        IsNotSatisfied(policy, s_unsealing);
    }

    [Fact]
    public void Opens_while_an_index_compares()
    {
        var index = Define(NvAttributes.Counter, 8);
        Tpm.Execute(new NvIncrement(s_owner, index.Object));
        var value = Tpm.Execute(new NvRead(s_owner, index.Object, 8, 0));
        var policy = Policy.Empty.Nv(index.Written.Name, new NvComparison(TpmComparison.UnsignedLessOrEqual, value));
        var means = s_unsealing with { Indices = [new NvAccess(index.Written.Object, s_owner)] };
        Opens(policy, means);
        IsNotSatisfied(policy, s_unsealing);

        Tpm.Execute(new NvIncrement(s_owner, index.Object));
        using var session = PolicySession.Start(Tpm);
        Assert.Throws<TpmException>(() => policy.Satisfy(session, means));
    }

    [Fact]
    public void Opens_under_the_policy_an_index_holds()
    {
        var held = Policy.Empty.CommandCode(TpmCommandCode.Unseal);
        var index = Define(NvAttributes.None, 34);
        Tpm.Execute(new NvWrite(s_owner, index.Object, (byte[])[0, 0x0B, .. held.Digest(TpmAlgorithm.Sha256)]));
        var policy = Policy.Empty.AuthorizeNv(index.Written.Name);
        var access = new NvAccess(index.Written.Object, s_owner, held);
        Opens(policy, s_unsealing with { Indices = [access] });
        IsNotSatisfied(policy, s_unsealing with { Indices = [access with { Holds = null }] });
    }

    [Fact]
    public void Opens_until_the_next_reset()
    {
        const int ResetCountAt = 16;
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Tpm.Execute(new ReadClock()).Clock.ResetCount);
        Opens(Policy.Empty.CounterTimer(new NvComparison(TpmComparison.Equal, count, ResetCountAt)), s_unsealing);
    }

    [Fact]
    public void Computes_the_digests_of_steps_that_bind_to_something_else()
    {
        var other = Templates.AttestationKeyEccP256.Name;
        var parent = Templates.StorageRootKeyEcc.Name;
        HasDigest(Policy.Empty.NvWritten(true));
        HasDigest(Policy.Empty.NvWritten(false));
        HasDigest(Policy.Empty.DuplicationSelect(parent, other));
        HasDigest(Policy.Empty.DuplicationSelect(parent), new PolicyMeans { Duplicated = other });
        HasDigest(Policy.Empty.CpHash(Samples.Fill(32)));
        HasDigest(Policy.Empty.NameHash(Samples.Fill(32)));
        HasDigest(Policy.Empty.Template(Samples.Fill(32)));
    }

    [Fact]
    public void An_empty_policy_is_open_to_whoever_comes() => Opens(Policy.Empty, s_unsealing);

    [Fact]
    public void Makes_objects_from_one_template_only()
    {
        var template = Templates.SigningKeyEccP256;
        var policy = Policy.Empty.Template(HashAlgorithms.Hash(TpmAlgorithm.Sha256, template.ToBytes()));
        var like = Templates.StorageRootKeyEcc;
        var parent = CreatePrimary(like with
        {
            AuthPolicy = policy.Digest(TpmAlgorithm.Sha256),
            Attributes = like.Attributes & ~ObjectAttributes.UserWithAuth,
        }).Object;
        using var session = PolicySession.Start(Tpm);
        policy.Satisfy(session);
        Tpm.Execute(new Create(parent.With(session), template));
        policy.Satisfy(session);
        Assert.Throws<TpmException>(() => Tpm.Execute(new Create(parent.With(session), Templates.AttestationKeyEccP256)));
    }

    private void HasDigest(Policy policy, PolicyMeans? means = null)
    {
        using var session = PolicySession.Start(Tpm);
        policy.Satisfy(session, means);
        Assert.Equal(policy.Digest(TpmAlgorithm.Sha256), session.GetDigest());
    }

    private void IsNotSatisfied(Policy policy, PolicyMeans means)
    {
        using var session = PolicySession.Start(Tpm);
        Assert.Throws<PolicyNotSatisfiedException>(() => policy.Satisfy(session, means));
        Assert.Equal(new byte[32], session.GetDigest());
    }

    private void Opens(Policy policy, PolicyMeans means, TpmAlgorithm hash = TpmAlgorithm.Sha256, bool isSalted = true)
    {
        var blob = Seal(policy, hash);
        using var session = isSalted ? StartSalted(hash) : PolicySession.Start(Tpm, hash);
        policy.Satisfy(session, means);
        Assert.Equal(policy.Digest(hash), session.GetDigest());
        Assert.Equal(s_secret, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
        Flush(blob);
    }

    private PolicySession StartSalted(TpmAlgorithm hash)
    {
        var root = CreateStorageRoot();
        var session = PolicySession.StartSalted(Tpm, root.Object, root.Public, hash);
        Flush(root.Object);
        return session;
    }

    private TpmObject Seal(Policy policy, TpmAlgorithm hash)
    {
        var root = CreateStorageRoot().Object;
        var template = SealedTemplate(policy.Digest(hash)) with { NameAlgorithm = hash };
        var made = Tpm.Execute(new Create(root.WithPassword(), template, new Sensitive(s_authValue, s_secret)));
        var loaded = Tpm.Execute(new Load(root.WithPassword(), made.Private, made.Public));
        Flush(root);
        return loaded;
    }

    private static PolicyApproval Approve(ECDsa ecdsa, TpmPublic key, Policy approved) => new(
        key, approved, SigningKeys.Sign(ecdsa, PolicyApproval.ToBeSigned(approved.Digest(TpmAlgorithm.Sha256), s_reference)));

    private NvPublic Define(NvAttributes kind, int size)
    {
        var attributes = NvAttributes.OwnerRead | NvAttributes.OwnerWrite | NvAttributes.NoDa | kind;
        var index = new NvPublic(new(0x01800001), TpmAlgorithm.Sha256, attributes, default, size);
        Tpm.Execute(new NvDefineSpace(s_owner, default, index));
        return index;
    }
}
