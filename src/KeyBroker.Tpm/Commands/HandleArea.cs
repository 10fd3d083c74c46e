namespace KeyBroker.Tpm.Commands;

/// <summary>The handles of one command, in order, with what authorizes them.</summary>
public sealed class HandleArea
{
    private readonly List<TpmObject> _targets = [];
    private readonly List<AuthorizedHandle> _authorized = [];

    internal IReadOnlyList<TpmObject> Targets => _targets;

    internal IReadOnlyList<AuthorizedHandle> Authorized => _authorized;

    public void Add(TpmObject target) => _targets.Add(target);

    public void Add(AuthorizedHandle handle)
    {
        _targets.Add(handle.Target);
        _authorized.Add(handle);
    }
}
