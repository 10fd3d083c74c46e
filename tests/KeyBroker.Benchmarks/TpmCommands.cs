using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>The commands of a broker's day, on objects made for it.</summary>
internal sealed class TpmCommands
{
    private static readonly TpmHandle s_rootHandle = new(0x81000001);
    private static readonly byte[] s_digest = new byte[32];
    private static readonly PcrSelection s_selection = PcrSelection.Of(TpmAlgorithm.Sha256, 0, 1, 2, 3, 4, 5, 6, 7);

    private readonly Tpm.Tpm _tpm;
    private readonly TpmObject _root;
    private readonly CreateResponse _made;
    private readonly SavedContext _saved;
    private readonly CreateResponse _sealed;
    private readonly CreateResponse _mac;
    private readonly CreateResponse _attesting;

    public TpmCommands(Tpm.Tpm tpm)
    {
        _tpm = tpm;
        var root = tpm.Execute(new CreatePrimary(TpmObject.Owner.WithPassword(), Templates.StorageRootKeyEcc));
        tpm.Execute(new EvictControl(TpmObject.Owner.WithPassword(), root.Object, s_rootHandle));
        Flush(root.Object);
        _root = root.Object with { Handle = s_rootHandle };
        _made = Create(Templates.SigningKeyEccP256);
        _attesting = Create(Templates.AttestationKeyEccP256);
        _sealed = Create(Keyed(KeyedHashParameters.Null, ObjectAttributes.None), new Sensitive(default, new byte[32]));
        _mac = Create(
            Keyed(new KeyedHashParameters(new SignatureScheme(TpmAlgorithm.Hmac, TpmAlgorithm.Sha256)), ObjectAttributes.Sign),
            new Sensitive(default, new byte[32]));
        var key = Load(_made);
        _saved = tpm.Execute(new ContextSave(key.Handle));
        Flush(key);
        Salted = HmacSession.StartSalted(tpm, _root, root.Public);
        Unsalted = HmacSession.StartUnsalted(tpm);
    }

    public HmacSession Salted { get; }

    public HmacSession Unsalted { get; }

    /// <summary>Those that load something flush it, too.</summary>
    public IReadOnlyList<TimedCommand> All =>
    [
        new("GetRandom(32)", false, null, (_, _) => _tpm.Execute(new GetRandom(32))),
        new("ReadPublic", false, null, (_, _) => _tpm.Execute(new ReadPublic(_root.Handle))),
        new("ContextLoad, FlushContext", false, null, (_, _) => Flush(_root with { Handle = _tpm.Execute(new ContextLoad(_saved)) })),
        new("Load, FlushContext", true, null, (session, _) => Flush(_tpm.Execute(new Load(_root.With(session), _made.Private, _made.Public)))),
        new("Create (ECC P-256)", true, null, (session, _) => _tpm.Execute(new Create(_root.With(session), Templates.SigningKeyEccP256))),
        new("Sign (ECC P-256)", true, _made, (session, key) => _tpm.Execute(new Sign(key.With(session), s_digest))),
        new("Unseal (32 bytes)", true, _sealed, (session, key) => _tpm.Execute(new Unseal(key.With(session)))),
        new("HMAC (32 bytes)", true, _mac, (session, key) => _tpm.Execute(new Hmac(key.With(session), s_digest))),
        new("Quote (ECC P-256, 8 PCRs)", true, _attesting, (session, key) => _tpm.Execute(new Quote(key.With(session), s_digest, [s_selection]))),
    ];

    /// <summary>What it takes to open something sealed that is not loaded: three commands, in the clear.</summary>
    public void Unsealing()
    {
        var loaded = Load(_sealed);
        _tpm.Execute(new Unseal(loaded.WithPassword()));
        Flush(loaded);
    }

    public TpmObject Load(CreateResponse made) =>
        _tpm.Execute(new Load(_root.WithPassword(), made.Private, made.Public));

    public void Flush(TpmObject target) => _tpm.Execute(new FlushContext(target.Handle));

    private CreateResponse Create(TpmPublic template, Sensitive? sensitive = null) =>
        _tpm.Execute(new Create(_root.WithPassword(), template, sensitive));

    private static TpmPublic Keyed(KeyedHashParameters parameters, ObjectAttributes use) => new()
    {
        Type = TpmAlgorithm.KeyedHash,
        NameAlgorithm = TpmAlgorithm.Sha256,
        Attributes = ObjectAttributes.FixedTpm | ObjectAttributes.FixedParent | ObjectAttributes.NoDa
            | ObjectAttributes.UserWithAuth | use,
        Parameters = parameters,
        Unique = new DigestUnique(default),
    };
}
