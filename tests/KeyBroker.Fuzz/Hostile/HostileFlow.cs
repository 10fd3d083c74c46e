using System.Security.Cryptography;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Fuzz.Hostile;

/// <summary>What a key broker does with its TPM in one salted, encrypting session, with every result checked against the truth.</summary>
/// <param name="root">A storage root whose name is known from before anybody was on the bus.</param>
internal sealed class HostileFlow(TpmObject root, TpmPublic rootPublic)
{
    private const ObjectAttributes Known = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent
        | ObjectAttributes.NoDa | ObjectAttributes.UserWithAuth;

    private static readonly PcrSelection s_selection = PcrSelection.Of(TpmAlgorithm.Sha256, 16);

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _authValue = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _macKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _message = RandomNumberGenerator.GetBytes(32);

    public IReadOnlyList<byte[]> Secrets => [_secret, _authValue, _macKey];

    /// <summary>Whether every result is the true one.</summary>
    public bool Run(Tpm.Tpm tpm)
    {
        using var session = HmacSession.StartSalted(tpm, root, rootPublic);
        return Unseals(tpm, session)
            && Authenticates(tpm, session)
            && Signs(tpm, session)
            && Quotes(tpm, session)
            && Names(tpm, session);
    }

    private bool Unseals(Tpm.Tpm tpm, HmacSession session)
    {
        var template = Keyed(ObjectAttributes.None, KeyedHashParameters.Null);
        var (blob, _) = Make(tpm, session, template, new Sensitive(_authValue, _secret));
        var opened = tpm.Execute(new Unseal(blob.With(session, _authValue)));
        tpm.Execute(new FlushContext(blob.Handle));
        return opened.AsSpan().SequenceEqual(_secret);
    }

    private bool Authenticates(Tpm.Tpm tpm, HmacSession session)
    {
        var scheme = new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256);
        var template = Keyed(ObjectAttributes.Sign, new KeyedHashParameters(scheme));
        var (key, _) = Make(tpm, session, template, new Sensitive(_authValue, _macKey));
        var mac = tpm.Execute(new Hmac(key.With(session, _authValue), _message));
        tpm.Execute(new FlushContext(key.Handle));
        return mac.AsSpan().SequenceEqual(HMACSHA256.HashData(_macKey, _message));
    }

    private bool Signs(Tpm.Tpm tpm, HmacSession session)
    {
        var (key, area) = Make(tpm, session, Templates.SigningKeyEccP256, new Sensitive(_authValue, default));
        var signature = tpm.Execute(new Sign(key.With(session, _authValue), _message));
        tpm.Execute(new FlushContext(key.Handle));
        using var verifier = area.ToKey();
        return signature.VerifyHash(verifier, _message);
    }

    private bool Quotes(Tpm.Tpm tpm, HmacSession session)
    {
        var (key, area) = Make(tpm, session, Templates.AttestationKeyEccP256, new Sensitive(_authValue, default));
        var quoted = tpm.Execute(new Quote(key.With(session, _authValue), _message, [s_selection]));
        tpm.Execute(new FlushContext(key.Handle));
        using var verifier = area.ToKey();
        var attest = Attest.Parse(quoted.Attest);
        return quoted.Signature.VerifyData(verifier, quoted.Attest)
            && attest.ExtraData.Span.SequenceEqual(_message)
            && attest.Type == Attest.QuoteType;
    }

    private bool Names(Tpm.Tpm tpm, HmacSession session)
    {
        var random = tpm.Execute(new GetRandom(16), session);
        var read = tpm.Execute(new ReadPublic(root), session);
        return random.Length == 16 && read.Object == root;
    }

    private (TpmObject Object, TpmPublic Public) Make(
        Tpm.Tpm tpm, HmacSession session, TpmPublic template, Sensitive sensitive)
    {
        var made = tpm.Execute(new Create(root.With(session), template, sensitive));
        return (tpm.Execute(new Load(root.With(session), made.Private, made.Public)), made.Public);
    }

    private static TpmPublic Keyed(ObjectAttributes use, KeyedHashParameters parameters) => new()
    {
        Type = TpmAlgorithm.KeyedHash,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = Known | use,
        Parameters = parameters,
        Unique = new DigestUnique(default),
    };
}
