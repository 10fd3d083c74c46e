using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KeyBroker.Configuration;

namespace KeyBroker.Verifiers;

/// <summary>VER-53. The certificate that the broker shows to one verifier: read anew when its files change, kept where they hold none that is valid.</summary>
internal sealed partial class ClientCertificate
{
    private readonly string _verifier;
    private readonly (string Certificate, string Key) _files;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private byte[] _read;
    private volatile X509Certificate2 _current;

    private ClientCertificate(string verifier, (string Certificate, string Key) files, TimeProvider time, ILogger log)
    {
        (_verifier, _files, _time, _log) = (verifier, files, time, log);
        var pair = Read();
        (_read, _current) = (DigestOf(pair), Parse(pair));
    }

    /// <summary>What is shown to the next connection.</summary>
    public X509Certificate2 Current
    {
        get
        {
            Renew();
            return _current;
        }
    }

    public string Subject => _current.Subject;

    public DateTimeOffset NotAfter => new(_current.NotAfter);

    /// <summary>Null where the verifier is shown none.</summary>
    /// <exception cref="StartupException">It cannot be read.</exception>
    public static ClientCertificate? Open(VerifierSettings settings, TimeProvider time, ILogger log)
    {
        try
        {
            return settings.Background?.ClientCertificate is { } files ? new ClientCertificate(settings.Name, files, time, log) : null;
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"correct ClientCertificate and ClientKey of KeyBroker:Verifiers:{settings.Name}: {failure.Message}", failure);
        }
    }

    /// <summary>Looks whether there is another one now. Files that are written one after the other do no harm: they fit, or are no pair yet.</summary>
    public void Renew()
    {
        lock (_lock)
        {
            try
            {
                var pair = Read();
                if (!_read.AsSpan().SequenceEqual(DigestOf(pair)))
                {
                    _read = DigestOf(pair); // What is wrong is said once.
                    Take(pair);
                }
            }
            catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
            {
                NotRenewed(_verifier, failure.Message, NotAfter);
            }
        }
    }

    private void Take((string Certificate, string Key) pair)
    {
        var renewed = Parse(pair);
        var now = _time.GetUtcNow();
        if (now < new DateTimeOffset(renewed.NotBefore) || now >= new DateTimeOffset(renewed.NotAfter))
        {
            throw new CryptographicException($"it is valid from {renewed.NotBefore:u} to {renewed.NotAfter:u}");
        }

        _current = renewed; // The former one is left to those who still shake hands with it.
        Renewed(_verifier, Subject, NotAfter);
    }

    private static X509Certificate2 Parse((string Certificate, string Key) pair)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
        }
        catch (ArgumentException wrong)
        {
            throw new CryptographicException("the key is another certificate's", wrong); // Which the platform does not call by this name.
        }
    }

    // A file that is away is like an empty one: no certificate, and no news the second time.
    private (string Certificate, string Key) Read() => (TextOf(_files.Certificate), TextOf(_files.Key));

    private static string TextOf(string file) => File.Exists(file) ? File.ReadAllText(file) : "";

    private static byte[] DigestOf((string Certificate, string Key) pair) => SHA256.HashData(Encoding.UTF8.GetBytes($"{pair.Certificate}\0{pair.Key}"));

    [LoggerMessage(Level = LogLevel.Information, Message = "verifier {Verifier} is shown another certificate from now on: {Subject}, until {NotAfter}")]
    private partial void Renewed(string verifier, string subject, DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the certificate for verifier {Verifier} was not renewed: {Detail}; the one until {NotAfter} goes on")]
    private partial void NotRenewed(string verifier, string detail, DateTimeOffset notAfter);
}
