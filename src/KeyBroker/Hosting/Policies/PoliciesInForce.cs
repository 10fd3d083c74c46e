using KeyBroker.Attestation.Policies;
using KeyBroker.Configuration;

namespace KeyBroker.Hosting;

/// <summary>The policy set in force: swapped whole when the files change, kept when an edit is bad.</summary>
internal sealed class PoliciesInForce
{
    private volatile PolicySet _current;

    /// <exception cref="StartupException">The files are not a valid set.</exception>
    public PoliciesInForce(BrokerSettings settings)
    {
        Files = new PolicyFiles(settings.PolicyDirectory, settings.Verifiers.Select(verifier => verifier.Name));

        // Before the files are read: an edit during the start is then a change since.
        Seen = Files.Fingerprint();
        try
        {
            _current = Files.Load();
        }
        catch (PolicyException invalid)
        {
            throw new StartupException($"correct the policies in {settings.PolicyDirectory}: {string.Join("; ", invalid.Errors)}", invalid);
        }
    }

    public PolicyFiles Files { get; }

    /// <summary>The fingerprint of the files as they were before the start read them.</summary>
    public int Seen { get; }

    public PolicySet Current => _current;

    public void Adopt(PolicySet set) => _current = set;
}
