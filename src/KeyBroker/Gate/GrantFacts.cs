using KeyBroker.Attestation.Policies;
using KeyBroker.Vault;

namespace KeyBroker.Gate;

/// <summary>What the terms of grants ask of the store: who made what is named, and how often it was used.</summary>
internal sealed class GrantFacts(KeyVault keys, SecretVault secrets, GrantCounts counts)
{
    /// <summary>The grants on a name, without those that are about what others made than who made this.</summary>
    public IEnumerable<Granted> Owned(Caller caller, (string Verb, ResourceKind Kind, string Name) wanted)
    {
        var maker = new Lazy<string?>(() => MakerOf(caller.Machine, wanted));
        return caller.Decision.Covering(wanted.Kind, wanted.Name).Where(granted =>
            granted.Terms.Makers.IsEmpty || granted.Terms.IsAboutWhatWasMadeBy(maker.Value, caller.Machine));
    }

    /// <summary>True where the grant may be used once more as things stand.</summary>
    public bool IsLeft(Granted granted, Caller caller, (string Verb, ResourceKind Kind, string Name) wanted) =>
        counts.IsLeft(granted, caller.Machine, Admission.PathOf(wanted.Kind, wanted.Name), wanted.Verb);

    // What is not there yet becomes the own of whoever makes it.
    private string? MakerOf(string machine, (string Verb, ResourceKind Kind, string Name) wanted) =>
        CreatorOf(wanted.Kind, wanted.Name) ?? (wanted.Verb is Verb.Create or Verb.Seal ? machine : null);

    private string? CreatorOf(ResourceKind kind, string name) =>
        kind == ResourceKind.Key ? keys.CreatorOf(name) : secrets.CreatorOf(name);
}
