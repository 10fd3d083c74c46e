using System.Security.Cryptography;
using KeyBroker.Client;
using KeyBroker.Testing;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Duplication;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;
using Device = KeyBroker.Tpm.Tpm;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>What a real TPM does for keys and secrets of a machine, and what somebody on its bus sees.</summary>
public sealed class ResidentObjectsTests
{
    private static readonly byte[] s_canary = "CANARY-51c0ffee-CANARY-51c0ffee!"u8.ToArray();
    private static readonly PcrSelection[] s_selection = [PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7)];

    // Threat F06.
    [Fact]
    public async Task Nothing_secret_is_in_the_clear_on_the_bus()
    {
        await using var swtpm = await Swtpm.StartAsync();
        var seen = new List<RecordedExchange>();
        using var tpm = new Device(new RecordingTransport(swtpm.OpenTransport(), seen.Add));
        var objects = new ResidentObjects(tpm);
        var parent = RootOf(tpm);
        var policy = ResidentObjects.PolicyOf(s_selection, objects.ReadRegisters(s_selection));
        using var source = SoftwareObject.OfData(s_canary, Templates.SealedData(policy) with { Attributes = ObjectAttributes.NoDa });
        var (wrapped, name) = objects.Import(source.Public.ToSizedBytes(), DuplicationWrapper.Wrap(source, parent));

        Assert.Equal(s_canary, objects.Unseal(wrapped, name.ToString(), s_selection));

        var ak = MakeAk(tpm);
        var (key, _) = objects.CreateEncryptionKey(ak);
        using var peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var ours = TpmPublic.ParseSized(key.Public).ToEcdh();
        var point = peer.ExportParameters(false).Q;
        var shared = peer.DeriveRawSecretAgreement(ours.PublicKey);
        Assert.Equal(shared, objects.Agree(key, new EccPoint(point.X, point.Y)));

        Assert.All(seen, exchange => Assert.All(new[] { s_canary, shared }, secret =>
        {
            Assert.Equal(-1, exchange.Command.Span.IndexOf(secret));
            Assert.Equal(-1, exchange.Response.Span.IndexOf(secret));
        }));
    }

    /// <summary>Otherwise a statement would prove nothing: anybody's public area could say fixedTPM of itself.</summary>
    [Fact]
    public async Task A_tpm_certifies_no_key_whose_private_half_it_has_not()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        var ak = MakeAk(tpm);
        using var root = StorageRoot.Make(tpm);
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var area = CertifiedKey.Storage(mine);
        var pretender = tpm.Execute(new LoadExternal(area, TpmHandle.Owner));
        var key = root.Load(ak);

        Assert.Throws<TpmException>(() => tpm.Execute(new Certify(pretender.WithPassword(), key.WithPassword(), default)));

        // With its private half it is loaded only as what it is: not fixed to any TPM.
        tpm.Execute(new FlushContext(pretender.Handle));
        using var whole = SoftwareObject.OfKey(mine, area);
        Assert.Throws<TpmException>(() => tpm.Execute(new LoadExternal(area, TpmHandle.Null, whole.Sensitive)));
    }

    /// <summary>Why a key without a name is refused, whatever is certified of it (protocol, CER-1).</summary>
    [Fact]
    public async Task A_tpm_certifies_a_foreign_key_that_has_no_name()
    {
        await using var swtpm = await Swtpm.StartAsync();
        using var tpm = swtpm.Open();
        var ak = MakeAk(tpm);
        using var root = StorageRoot.Make(tpm);
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var area = Templates.SigningKeyEccP256 with { NameAlgorithm = TpmAlgorithm.Null, Attributes = ObjectAttributes.UserWithAuth | ObjectAttributes.Sign };
        using var whole = SoftwareObject.OfKey(mine, area);
        var foreign = tpm.Execute(new LoadExternal(whole.Public, TpmHandle.Null, whole.Sensitive));

        var stated = tpm.Execute(new Certify(foreign.WithPassword(), root.Load(ak).WithPassword(), default));

        Assert.True(Attest.Parse(stated.Attest).Certify!.Name.Bytes.IsEmpty);
    }

    private static TpmPublic RootOf(Device tpm)
    {
        using var root = StorageRoot.Make(tpm);
        return root.Public;
    }

    private static WrappedKey MakeAk(Device tpm)
    {
        using var root = StorageRoot.Make(tpm);
        return root.Create(Templates.AttestationKeyEccP256);
    }
}
