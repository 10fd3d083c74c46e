using KeyBroker.Storage;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Sessions;
using KeyBroker.Tpm.Structures;
using KeyBroker.Tpm.Transports;

namespace KeyBroker.TpmAccess;

/// <summary>
/// One connection to the TPM and what is good as long as it: the session salted to the pinned storage root key, and
/// the objects that are loaded.
/// </summary>
internal sealed class TpmLink : IDisposable
{
    private readonly Lazy<LoadedObjects> _objects;
    private readonly Dictionary<TpmPublic, TpmPublic> _primaries = [];
    private TpmObject? _root;
    private HmacSession? _session;
    private readonly bool _isResourceManaged;

    private TpmLink(ITpmTransport transport, PinnedKey? pinned)
    {
        (Tpm, Pinned, _isResourceManaged) = (new Tpm.Tpm(transport), pinned, transport.IsResourceManaged);
        _objects = new Lazy<LoadedObjects>(() => LoadedObjects.Of(Tpm, _isResourceManaged));
    }

    public Tpm.Tpm Tpm { get; }

    /// <summary>Of the TPM, as it was when the link was opened.</summary>
    public uint ResetCount { get; private set; }

    public PinnedKey? Pinned { get; private set; }

    /// <summary>Started when first needed: then, and only then, secrets can travel.</summary>
    public HmacSession Session => _session ??= HmacSession.StartSalted(Tpm, Root, Pinned!.Area);

    /// <summary>Whether there is something to give back to a TPM that is shared.</summary>
    public bool CanRest => _isResourceManaged && _session is not null;

    /// <exception cref="TpmIdentityChangedException">The pinned storage root key is not there.</exception>
    public static TpmLink Open(ITpmTransport transport, PinnedKey? pinned)
    {
        var link = new TpmLink(transport, pinned);
        var ready = false;
        try
        {
            link.Prepare();
            ready = true;
            return link;
        }
        finally
        {
            if (!ready)
            {
                link.Dispose();
            }
        }
    }

    /// <summary>From now on sessions are salted to this storage root key.</summary>
    /// <exception cref="TpmIdentityChangedException">It is not there.</exception>
    public void Pin(PinnedKey pinned) => (_root, Pinned) = (FindRoot(pinned), pinned);

    /// <summary>Whether the error comes from a reset or a loss of handles, after which a new link may succeed.</summary>
    public bool IsLostAfter(TpmException error) =>
        error.Code.Is(TpmResponseCode.Initialize) || error.Code.Is(TpmResponseCode.ReferenceHandle)
        || error.Code.Is(TpmResponseCode.ReferenceSession) || error.Code.Is(TpmResponseCode.Handle)
        || error.Code.Is(TpmResponseCode.ObjectMemory) || error.Code.Is(TpmResponseCode.SessionMemory)
        || error.Code.Is(TpmResponseCode.SessionHandles) || error.Code.Is(TpmResponseCode.ContextGap)
        || error.Code.Is(TpmResponseCode.Failure) || error.Code.IsTransient
        || (IsRefusedAuth(error) && !IsInStep()) || WasReset();

    /// <summary>Whether the object was refused its authorization value, and not the session everything it asks for.</summary>
    public bool IsWrongAuth(TpmException error) => IsRefusedAuth(error) && IsInStep();

    public byte[] Random(int length) => Pinned is null
        ? Tpm.Execute(new GetRandom(length))
        : Tpm.Execute(new GetRandom(length), Session);

    public T WithParent<T>(StoredKey? parent, Func<TpmObject, T> use)
    {
        if (parent is not null)
        {
            return WithLoaded(parent, keep: true, use);
        }

        Objects.MakeRoom();
        return use(Root);
    }

    /// <param name="keep">Whether the object will be wanted again: then it, or its context, is kept.</param>
    public T WithLoaded<T>(StoredKey key, bool keep, Func<TpmObject, T> use) =>
        Objects.With(key.Area.Name, keep, () => Load(key), use);

    public void Forget(StoredKey key)
    {
        if (_objects.IsValueCreated)
        {
            Objects.Forget(key.Area.Name);
        }
    }

    /// <summary>Uses a primary key of the endorsement hierarchy, made once per connection.</summary>
    public T WithPrimary<T>(TpmPublic template, Func<TpmObject, TpmPublic, T> use)
    {
        if (!_primaries.TryGetValue(template, out var area))
        {
            Objects.Make(() => MakePrimary(template));
            area = _primaries[template];
        }

        return Objects.With(area.Name, keep: true, () => MakePrimary(template), key => use(key, area));
    }

    public void Flush(TpmHandle handle) => Objects.Flush(handle);

    /// <summary>Null where there is no such object.</summary>
    public (TpmPublic Area, TpmName QualifiedName)? ReadPublic(TpmHandle handle)
    {
        try
        {
            var found = Tpm.Execute(new ReadPublic(handle));
            return (found.Public, found.QualifiedName);
        }
        catch (TpmException missing) when (missing.Code.Is(TpmResponseCode.Handle))
        {
            return null;
        }
    }

    /// <summary>
    /// Ends the session. The kernel saves it after every command, and one that is idle ages until nobody on this TPM
    /// can save another (Part 1, 30.4: the context gap).
    /// </summary>
    public void Rest()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>Says good-bye to a TPM that nobody else uses, so that it does not take the end for a power loss.</summary>
    public void ShutDown()
    {
        try
        {
            _session?.Dispose();
            Tpm.Execute(new Shutdown());
        }
        catch (Exception gone) when (gone is IOException or TpmException or TpmFormatException)
        {
            // Gone already, or not to be understood any more.
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        Tpm.Dispose();
    }

    private LoadedObjects Objects => _objects.Value;

    private TpmObject Root => _root ?? throw new InvalidOperationException("no storage root key is pinned: secrets cannot travel");

    private void Prepare()
    {
        StartUp();
        if (!_isResourceManaged)
        {
            // Where the kernel manages resources, what was ours went with its connection and what is there is not ours.
            FlushStale(0x80000000);
            FlushStale(0x02000000);
        }

        ResetCount = Tpm.Execute(new ReadClock()).Clock.ResetCount;
        if (Pinned is not null)
        {
            _root = FindRoot(Pinned);
        }
    }

    private void StartUp()
    {
        try
        {
            Tpm.Execute(new Startup());
        }
        catch (TpmException started) when (started.Code.Is(TpmResponseCode.Initialize))
        {
            // Somebody has started it up, as is usual.
        }
    }

    /// <summary>Objects and sessions of a broker that was killed, which would fill the TPM.</summary>
    private void FlushStale(uint first)
    {
        foreach (var handle in Tpm.Execute(new GetCapability(TpmCapability.Handles, first, 64)).ToNumbers())
        {
            Flush(new TpmHandle(handle));
        }
    }

    /// <summary>J11. A name is the hash of a public area: only the TPM of the first start has a key of this name.</summary>
    private TpmObject FindRoot(PinnedKey pinned) => ReadPublic(pinned.Handle) switch
    {
        null => throw new TpmIdentityChangedException($"it has no key at {pinned.Handle}"),
        { } found when found.Area.Name != pinned.Area.Name =>
            throw new TpmIdentityChangedException($"its key at {pinned.Handle} is another"),
        _ => new TpmObject(pinned.Handle, pinned.Area.Name),
    };

    private TpmObject Load(StoredKey key)
    {
        var wrapped = new TpmReader(key.Stored.Private).ReadSized().ToArray();
        try
        {
            return WithParent(key.Parent, parent => Load(parent, wrapped, key.Area));
        }
        catch (TpmException refused) when (refused.Command == TpmCommandCode.Load && !IsLostAfter(refused))
        {
            throw new StoreIntegrityException($"a stored object does not load: {refused.Code.Name}");
        }
    }

    /// <summary>
    /// In the session and not encrypted by it: what goes there is encrypted under its parent already, what comes back is a name,
    /// and the HMAC covers both.
    /// </summary>
    private TpmObject Load(TpmObject parent, byte[] wrapped, TpmPublic area)
    {
        var session = Session;
        var usual = session.Protection;
        session.Protection = ParameterProtection.None;
        try
        {
            return Tpm.Execute(new Load(parent.With(session), wrapped, area));
        }
        finally
        {
            session.Protection = usual;
        }
    }

    private TpmObject MakePrimary(TpmPublic template)
    {
        var made = Tpm.Execute(new CreatePrimary(TpmObject.Endorsement.With(Session), template));
        _primaries[template] = made.Public;
        return made.Object;
    }

    private static bool IsRefusedAuth(TpmException error) =>
        error.Code.Is(TpmResponseCode.BadAuth) || error.Code.Is(TpmResponseCode.AuthFail);

    /// <summary>
    /// Neither the nonce that a session begins with nor a refusal is covered by an HMAC: somebody on the bus who changed or
    /// forged one has left us with a session that the TPM refuses for ever, whatever it is used for.
    /// </summary>
    private bool IsInStep()
    {
        try
        {
            return Random(1).Length == 1;
        }
        catch (TpmException)
        {
            return false;
        }
    }

    private bool WasReset()
    {
        try
        {
            return Tpm.Execute(new ReadClock()).Clock.ResetCount != ResetCount;
        }
        catch (Exception gone) when (gone is IOException or TpmException or TpmFormatException)
        {
            return true;
        }
    }
}
