using KeyBroker.Attestation.Policies;
using KeyBroker.Configuration;
using KeyBroker.Telemetry;

namespace KeyBroker.Hosting;

/// <summary>The policy set in force: swapped whole when the files change, kept when an edit is bad.</summary>
internal sealed partial class PoliciesInForce
{
    private readonly string _directory;
    private readonly ILogger<PoliciesInForce> _log;
    private readonly Lock _reloading = new();
    private volatile PolicySet _current;

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

    public string Directory => _directory;

    /// <summary>Whether an edit would be seen: the folder is there and can be listed.</summary>
    public bool CanReload()
    {
        try
        {
            _ = new DirectoryInfo(_directory).EnumerateFileSystemInfos().Any();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

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

                PolicyInstruments.Reloaded(isAccepted: true);
                return _current = loaded;
            }
            catch (PolicyException invalid)
            {
                PolicyInstruments.Reloaded(isAccepted: false);
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
