using KeyBroker.Telemetry;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Commands;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.TpmAccess;

/// <summary>
/// The few objects that stay in the TPM between uses, and the saved contexts of many more (Part 1, 30): what is there
/// costs nothing to use, what has a context comes back by one command, only the rest is loaded under its parent.
/// </summary>
/// <remarks>
/// A TPM has at least three places for objects, and its commands take one themselves while they run: for the object that
/// they make, and for a persistent parent. So one place is always left free.
/// </remarks>
internal sealed class LoadedObjects(Tpm.Tpm tpm, int places)
{
    private const int KeptContexts = 4096;

    private readonly ContextCache _contexts = new(KeptContexts);
    private readonly LinkedList<LoadedObject> _byUse = new();

    /// <summary>None stays where a resource manager shares the TPM: it would have to save and restore it at every command.</summary>
    public static LoadedObjects Of(Tpm.Tpm tpm, bool isResourceManaged) =>
        new(tpm, isResourceManaged ? 0 : Places(tpm) - 1);

    /// <summary>Uses an object, which comes out of its place, its context, or from the loader.</summary>
    /// <param name="keep">Whether it will be wanted again.</param>
    public T With<T>(TpmName name, bool keep, Func<TpmObject> load, Func<TpmObject, T> use)
    {
        var taken = Find(name) ?? Bring(name, keep, load);
        _byUse.Remove(taken);
        _byUse.AddFirst(taken);
        taken.Users++;
        try
        {
            return use(taken.Object);
        }
        catch (TpmException)
        {
            // Its handle or its context, which no HMAC covers, may be another's: next time it is loaded again.
            _contexts.Remove(name);
            keep = false;
            throw;
        }
        finally
        {
            taken.Users--;
            if (!keep)
            {
                LetGo(taken);
            }

            LetGoBeyond(places);
        }
    }

    /// <summary>Takes in an object whose name is known only once it is made.</summary>
    public void Make(Func<TpmObject> make)
    {
        MakeRoom();
        var made = make();
        Keep(made);
        _byUse.AddFirst(new LoadedObject(made));
        LetGoBeyond(places);
    }

    /// <summary>Leaves two places for a command that makes an object under a persistent one.</summary>
    public void MakeRoom() => LetGoBeyond(places - 1);

    /// <summary>Neither a place nor a context is kept of this object.</summary>
    public void Forget(TpmName name)
    {
        _contexts.Remove(name);
        if (_byUse.FirstOrDefault(loaded => loaded.Object.Name == name) is { } present)
        {
            LetGo(present);
        }
    }

    public void Flush(TpmHandle handle)
    {
        try
        {
            tpm.Execute(new FlushContext(handle));
        }
        catch (TpmException)
        {
            // After a reset nothing is there to flush.
        }
    }

    /// <summary>TPM_PT_HR_TRANSIENT_MIN (Part 2, 6.13), within what a profile promises and what is of use.</summary>
    private static int Places(Tpm.Tpm tpm)
    {
        const uint TransientMinimum = 0x10E;
        const uint Fewest = 3;
        const uint Most = 32;
        var properties = tpm.Execute(new GetCapability(TpmCapability.Properties, TransientMinimum, 1)).ToProperties();
        return (int)Math.Clamp(properties.GetValueOrDefault(TransientMinimum), Fewest, Most);
    }

    private LoadedObject? Find(TpmName name)
    {
        for (var node = _byUse.First; node is not null; node = node.Next)
        {
            if (node.Value.Object.Name == name)
            {
                TpmInstruments.ObjectFound("loaded");
                return node.Value;
            }
        }

        return null;
    }

    private LoadedObject Bring(TpmName name, bool keep, Func<TpmObject> load)
    {
        MakeRoom();
        if (Restore(name) is { } restored)
        {
            TpmInstruments.ObjectFound("context");
            return new LoadedObject(restored);
        }

        TpmInstruments.ObjectFound("none");
        var loaded = load();
        if (keep)
        {
            Keep(loaded);
        }

        return new LoadedObject(loaded);
    }

    /// <summary>Null where there is no context, or none that the TPM takes any more.</summary>
    private TpmObject? Restore(TpmName name)
    {
        if (_contexts.Find(name) is not { } saved)
        {
            return null;
        }

        try
        {
            return new TpmObject(tpm.Execute(new ContextLoad(saved)), name);
        }
        catch (TpmException)
        {
            _contexts.Remove(name);
            return null;
        }
    }

    /// <summary>Saves the context of an object that is loaded; it is flushed where that fails.</summary>
    private void Keep(TpmObject loaded)
    {
        var isKept = false;
        try
        {
            _contexts.Add(loaded.Name, tpm.Execute(new ContextSave(loaded.Handle)));
            isKept = true;
        }
        finally
        {
            if (!isKept)
            {
                Flush(loaded.Handle);
            }
        }
    }

    /// <summary>The longest unused go first; what is in use stays.</summary>
    private void LetGoBeyond(int count)
    {
        var node = _byUse.Last;
        while (node is not null && _byUse.Count > count)
        {
            var earlier = node.Previous;
            LetGo(node.Value);
            node = earlier;
        }
    }

    private void LetGo(LoadedObject loaded)
    {
        if (loaded.Users == 0 && _byUse.Remove(loaded))
        {
            Flush(loaded.Object.Handle);
        }
    }

    private sealed class LoadedObject(TpmObject loaded)
    {
        public TpmObject Object { get; } = loaded;

        public int Users { get; set; }
    }
}
