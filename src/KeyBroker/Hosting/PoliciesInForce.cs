using KeyBroker.Attestation.Policies;
using KeyBroker.Configuration;

namespace KeyBroker.Hosting;

/// <summary>The policy set in force: swapped whole when the files change, kept when an edit is bad.</summary>
internal sealed partial class PoliciesInForce
{
    private readonly string _directory;
    private readonly ILogger<PoliciesInForce> _log;
    private readonly Lock _reloading = new();
    private volatile PolicySet _current;
    private long _failures;

    /// <exception cref="StartupException">The files are not a valid set.</exception>
    public PoliciesInForce(BrokerSettings settings, ILogger<PoliciesInForce> log)
    {
        (_directory, _log) = (settings.PolicyDirectory, log);
        try
        {
            _current = PolicySet.Load(_directory);
        }
        catch (PolicyException invalid)
        {
            throw new StartupException($"correct the policies in {_directory}: {string.Join("; ", invalid.Errors)}", invalid);
        }
    }

    public PolicySet Current => _current;

    /// <summary>How many reloads were refused since the start.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public string Directory => _directory;

    /// <summary>Loads the files; a bad set is refused whole and the last good one stays.</summary>
    /// <exception cref="PolicyException">The files are not a valid set.</exception>
    public PolicySet Reload()
    {
        lock (_reloading)
        {
            try
            {
                var loaded = PolicySet.Load(_directory);
                if (loaded.Digest != _current.Digest)
                {
                    Swapped(loaded.Digest);
                }

                return _current = loaded;
            }
            catch (PolicyException invalid)
            {
                Interlocked.Increment(ref _failures);
                Refused(string.Join("; ", invalid.Errors));
                throw;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "policies {Digest} are in force")]
    private partial void Swapped(string digest);

    [LoggerMessage(Level = LogLevel.Error, Message = "the edited policies are refused, the last good ones stay in force: {Errors}")]
    private partial void Refused(string errors);
}
