using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.AuditLogs;
using KeyBroker.Attestation.Brokers;
using KeyBroker.Attestation.Certificates;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.Policies;
using KeyBroker.Client;
using KeyBroker.Tpm;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Cli.Commands.Audit;

/// <summary>--ak: whose TPM must have signed, as a name, or as a file that has the key.</summary>
internal sealed class SignerOption
{
    private readonly Option<string?> _option = new("--ak")
    {
        Description = "The attestation key that must have signed: its name in hex, or a file with it ('broker pin', a checkpoint, 'receipt keys', or TPM2B_PUBLIC)",
        HelpName = "NAME|FILE",
    };

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <exception cref="UsageException">It is neither.</exception>
    public TpmName? Of(Invocation call)
    {
        if (call.Get(_option) is not { } given)
        {
            return null;
        }

        try
        {
            return File.Exists(given) ? InFile(given, InputFile.Read(given)) : new TpmName(Convert.FromHexString(given));
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or TpmFormatException or InvalidOperationException or CheckpointException or PolicyException or CertificateException)
        {
            throw new UsageException($"'{given}' is neither the name of a key in hex nor a file with one");
        }
    }

    public static void Warn(Invocation call, TpmName? expected)
    {
        if (expected is null)
        {
            call.Terminal.ErrorDetail("whose TPM that is was not asked: give its attestation key with --ak");
        }
    }

    private static TpmName InFile(string path, byte[] content)
    {
        // A size of two bytes is before a key, and no text begins so.
        if (content is [not (byte)'{' and >= (byte)' ', ..])
        {
            return BrokerRequirement.Load(path, content).AttestationKeys is [var only]
                ? new TpmName(Convert.FromHexString(only))
                : throw new FormatException("not one key");
        }

        if (content is not [(byte)'{', ..])
        {
            return TpmPublic.ParseSized(content).Name;
        }

        var ak = StrictJson.ParseNode(content)!["ak"];
        var text = (string?)(ak is JsonObject key ? key["public"] : ak) ?? throw new FormatException("no key");
        return TpmPublic.ParseSized(Base64Url.TryDecode(text) ?? throw new FormatException("no base64url")).Name;
    }
}
