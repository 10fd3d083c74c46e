using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Xunit;

namespace KeyBroker.Tpm.Tests.Sessions;

/// <summary>Sessions of every making, with every protection: all work, and what is to be secret is not on the wire.</summary>
public sealed class SessionSetupTests : OnSwtpm
{
    private static readonly byte[] s_authValue = "open sesame"u8.ToArray();
    private static readonly byte[] s_other = "open barley"u8.ToArray();
    private static readonly byte[] s_plain = "attack at dawn, not before"u8.ToArray();

    private readonly List<RecordedExchange> _wire = [];

    public static TheoryData<string?, string?, SymmetricWidth> Setups => new(
        from salt in new[] { null, nameof(Templates.EndorsementKeyRsa2048), nameof(Templates.StorageRootKeyEcc) }
        from bound in new[] { null, "same", "other" }
        from width in Enum.GetValues<SymmetricWidth>()
        select (salt, bound, width));

    [Theory]
    [MemberData(nameof(Setups))]
    public void Protects_what_it_is_told_to(string? salt, string? bound, SymmetricWidth width)
    {
        var (blob, _) = LoadSealed(s_plain, s_authValue);
        var setup = new SessionSetup
        {
            Salt = salt is null ? null : MakeSaltKey(salt),
            BoundTo = bound is null ? null : new(bound == "same" ? blob : Bind(), bound == "same" ? s_authValue : s_other),
            Symmetric = width == SymmetricWidth.Aes128 ? SymmetricDefinition.Aes128Cfb : SymmetricDefinition.Aes256Cfb,
        };
        foreach (var isKept in new[] { true, false })
        {
            Transmits(blob, setup, isKept, ParameterProtection.None);
            Transmits(blob, setup, isKept, ParameterProtection.Response);
            Transmits(blob, setup, isKept, ParameterProtection.WherePossible);
        }
    }

    [Theory]
    [MemberData(nameof(Setups))]
    public void Protects_both_directions_of_one_command(string? salt, string? bound, SymmetricWidth width)
    {
        var setup = new SessionSetup
        {
            Salt = salt is null ? null : MakeSaltKey(salt),
            BoundTo = bound is null ? null : new(Bind(), s_other),
            Symmetric = width == SymmetricWidth.Aes128 ? SymmetricDefinition.Aes128Cfb : SymmetricDefinition.Aes256Cfb,
        };
        ParameterProtection[] all =
            [ParameterProtection.None, ParameterProtection.Command, ParameterProtection.Response, ParameterProtection.Both];
        foreach (var protection in all)
        {
            using var session = HmacSession.Start(Tpm, setup);
            (session.Protection, session.Audits) = (protection, protection == ParameterProtection.None);
            var (sent, received) = Hashed(session);
            Assert.Equal(!protection.HasFlag(ParameterProtection.Command), sent);
            Assert.Equal(!protection.HasFlag(ParameterProtection.Response), received);
        }
    }

    /// <summary>How wide the key is that encrypts parameters.</summary>
    public enum SymmetricWidth
    {
        Aes128,
        Aes256,
    }

    private protected override ITpmTransport Wrap(ITpmTransport transport) => new RecordingTransport(transport, _wire.Add);

    private bool Saw(byte[] bytes) => _wire.Any(
        seen => seen.Command.Span.IndexOf(bytes) >= 0 || seen.Response.Span.IndexOf(bytes) >= 0);

    private void Transmits(TpmObject blob, SessionSetup setup, bool isKept, ParameterProtection protection)
    {
        using var session = HmacSession.Start(Tpm, setup);
        (session.Protection, session.Continues) = (protection, isKept);
        for (var use = 0; use < (isKept ? 3 : 1); use++)
        {
            _wire.Clear();
            Assert.Equal(s_plain, Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
            Assert.Equal(protection == ParameterProtection.None, Saw(s_plain));
        }

        if (!isKept)
        {
            Assert.Throws<ObjectDisposedException>(() => Tpm.Execute(new Unseal(blob.With(session, s_authValue))));
        }
    }

    // A session that goes along must be of some use, if only to audit.
    private (bool Sent, bool Received) Hashed(HmacSession session)
    {
        _wire.Clear();
        var hashed = Tpm.Execute(new Hash(s_plain, TpmAlgorithm.Sha256, TpmHandle.Null), session);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(s_plain), hashed.Digest);
        return (Saw(s_plain), Saw(hashed.Digest));
    }

    private SaltKey MakeSaltKey(string template)
    {
        var made = CreatePrimary((TpmPublic)typeof(Templates).GetProperty(template)!.GetValue(null)!);
        return new(made.Object, made.Public);
    }

    private TpmObject Bind()
    {
        Tpm.Execute(new HierarchyChangeAuth(TpmObject.Endorsement.WithPassword(), s_other));
        return TpmObject.Endorsement;
    }
}
