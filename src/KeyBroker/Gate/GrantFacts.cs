using KeyBroker.Attestation.Policies;
using KeyBroker.Vault;

namespace KeyBroker.Gate;

/// <summary>What the terms of grants ask of the store: who made what is named, and how often it was used.</summary>
internal sealed class GrantFacts(KeyVault keys, SecretVault secrets, GrantCounts counts)
{
    /// <summary>The grants on a name, without those that are about the caller's own things where this is none of them.</summary>
    public IEnumerable<Granted> Owned(Caller caller, (string Verb, ResourceKind Kind, string Name) wanted)
    {
        var own = new Lazy<bool>(() => MayOwn(caller.Machine, wanted));
        return caller.Decision.Covering(wanted.Kind, wanted.Name).Where(granted => !granted.Terms.OnlyOwn || own.Value);
    }

    /// <summary>True where the grant may be used once more as things stand.</summary>
    public bool IsLeft(Granted granted, Caller caller, (string Verb, ResourceKind Kind, string Name) wanted) =>
        counts.IsLeft(granted, caller.Machine, Admission.PathOf(wanted.Kind, wanted.Name), wanted.Verb);

    // What is not there yet becomes the own of whoever makes it.
    private bool MayOwn(string machine, (string Verb, ResourceKind Kind, string Name) wanted) =>
        CreatorOf(wanted.Kind, wanted.Name) is { } creator ? creator == machine : wanted.Verb is Verb.Create or Verb.Seal;

    private string? CreatorOf(ResourceKind kind, string name) =>
        kind == ResourceKind.Key ? keys.Find(name)?.CreatedBy : secrets.Find(name)?.CreatedBy;
}
