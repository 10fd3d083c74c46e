using System.CommandLine;
using KeyBroker.Cli.Help;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands.Keys;

/// <summary>key attestation: evidence to keep or to give away, for 'keybroker verify key-attestation'.</summary>
internal static class KeyAttestationCommand
{
    public static Command Create(Terminal terminal)
    {
        var (name, version) = (KeyCommands.Name(), KeyCommands.Version());
        var nonce = new Option<string?>("--nonce")
        {
            Description = "What the evidence is to carry, base64url of 1 to 64 bytes: whoever asks for it knows that it is not an old one",
            HelpName = "B64U",
        };
        return new Command("attestation", "Prints the TPM's evidence of where a version was made and where it may go, as JSON") { name, version, nonce }
            .WithExamples(
                "keybroker key attestation web/signer > signer.attestation.json",
                "keybroker verify key-attestation signer.attestation.json")
            .Runs(terminal, async call =>
            {
                using var client = call.Client();
                var path = BrokerClient.KeyPath(call.Get(name), "attestation") + Query(call.Get(version), call.Get(nonce));
                call.Terminal.Json((await client.CallAsync(HttpMethod.Get, path, null, call.Cancelled)).Result);
                return ExitCode.Done;
            });
    }

    private static string Query(int? version, string? nonce)
    {
        string[] given =
        [
            .. version is null ? Array.Empty<string>() : [$"version={version}"],
            .. nonce is null ? Array.Empty<string>() : ["nonce=" + Uri.EscapeDataString(nonce)],
        ];
        return given.Length == 0 ? "" : "?" + string.Join('&', given);
    }
}
