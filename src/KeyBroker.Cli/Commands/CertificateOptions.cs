using System.CommandLine;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Client;
using KeyBroker.Tpm.Endorsements;

namespace KeyBroker.Cli.Commands;

/// <summary>The options by which a machine sends another endorsement certificate than its TPM holds, or none.</summary>
internal sealed class CertificateOptions
{
    public Option<string?> File { get; } = new("--ek-certificate")
    {
        Description = "Send this certificate of the endorsement key, PEM or DER; default the one that the TPM holds, if any",
        HelpName = "FILE",
    };

    public Option<string?> Intermediates { get; } = new("--ek-intermediates")
    {
        Description = "Send these certificates of its issuers too, PEM or DER",
        HelpName = "FILE",
    };

    public Option<bool> None { get; } = new("--no-ek-certificate") { Description = "Send no certificate of the endorsement key" };

    /// <summary>The certificate to send in place of the TPM's, or null.</summary>
    /// <exception cref="UsageException">The options do not go together, or a file holds something else.</exception>
    public EndorsementCertificate? Read(Invocation call)
    {
        var (file, intermediates) = (call.Get(File), call.Get(Intermediates));
        if (call.Get(None) && (file ?? intermediates) is not null)
        {
            throw new UsageException("--no-ek-certificate does not go with a certificate");
        }

        if (file is null)
        {
            return intermediates is null ? null : throw new UsageException("--ek-intermediates goes with --ek-certificate");
        }

        return new EndorsementCertificate(ReadAll(file)[0], intermediates is null ? [] : ReadAll(intermediates));
    }

    private static List<byte[]> ReadAll(string file)
    {
        try
        {
            return [.. CertificateBytes.FindAll(InputFile.Read(file)).Select(certificate => certificate.ToArray())];
        }
        catch (FormatException failure)
        {
            throw new UsageException($"'{file}' holds no certificate: {failure.Message}");
        }
    }
}
