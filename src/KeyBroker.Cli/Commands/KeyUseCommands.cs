using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Client;

namespace KeyBroker.Cli.Commands;

/// <summary>key sign, verify, encrypt and decrypt.</summary>
internal static class KeyUseCommands
{
    private const int MaximumMessage = 64 * 1024;
    private const int MaximumCiphertext = 128 * 1024;

    public static Command Sign(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var (alg, version, input, output) = (Algorithm(), KeyCommands.Version(), Message(), new ResultOutput());
        var rawDer = new Option<bool>("--raw-der") { Description = "Print the signature as DER bytes, as openssl wants it" };
        var command = new Command("sign", "Signs a message; prints r and s as base64url") { name, alg, version, rawDer };
        input.AddTo(command);
        output.AddTo(command);
        return command.Runs(terminal, async call =>
        {
            using var client = call.Client();
            var body = MessageBody(call.Get(alg), input.Read(call), call.Get(version));
            var path = BrokerClient.KeyPath(call.Get(name), "sign");
            var signed = await client.CallAsync(HttpMethod.Post, path, body, call.Cancelled);
            if (call.Get(rawDer))
            {
                return output.Write(call, PublicKeys.ToDer(signed.Bytes("signature")));
            }

            return call.WantsJson
                ? call.Answer(signed.Claims, () => { })
                : output.Write(call, Encoding.ASCII.GetBytes(signed.Text("signature") + "\n"));
        });
    }

    public static Command Verify(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var (alg, version, input) = (Algorithm(), KeyCommands.Version(), Message());
        var signature = new Option<string>("--signature") { Description = "The signature, base64url", Required = true };
        var command = new Command("verify", "Checks a signature; exit code 1 if it is not valid") { name, alg, version, signature };
        input.AddTo(command);
        return command.Runs(terminal, async call =>
        {
            using var client = call.Client();
            var body = MessageBody(call.Get(alg), input.Read(call), call.Get(version));
            body["signature"] = call.Get(signature);
            var path = BrokerClient.KeyPath(call.Get(name), "verify");
            var checkedResult = await client.CallAsync(HttpMethod.Post, path, body, call.Cancelled);
            var valid = (bool?)checkedResult.Result["valid"] == true;
            call.Answer(checkedResult.Claims, () => call.Terminal.Line(valid ? "valid" : "not valid"));
            return valid ? ExitCode.Done : ExitCode.Denied;
        });
    }

    public static Command Encrypt(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var (input, aad, output) = (new InputOptions("--value", "The plaintext"), AdditionalData(), new ResultOutput());
        var command = new Command("encrypt", "Encrypts up to 64 KiB; prints the ciphertext") { name, aad };
        input.AddTo(command);
        output.AddTo(command);
        return command.Runs(terminal, async call =>
        {
            using var client = call.Client();
            var body = new JsonObject { ["plaintext"] = Base64Url.EncodeToString(input.Read(call)) };
            body.AddIfGiven("aad", Encoded(call.Get(aad)));
            var path = BrokerClient.KeyPath(call.Get(name), "encrypt");
            var encrypted = await client.CallAsync(HttpMethod.Post, path, body, call.Cancelled);
            return call.WantsJson
                ? call.Answer(encrypted.Claims, () => { })
                : output.Write(call, Encoding.ASCII.GetBytes(encrypted.Text("ciphertext") + "\n"));
        });
    }

    public static Command Decrypt(Terminal terminal)
    {
        var name = KeyCommands.Name();
        var (input, aad, output) = (new InputOptions("--value", "The ciphertext"), AdditionalData(), new ResultOutput());
        var toEnc = new Option<bool>("--to-enc") { Description = "Have it sent encrypted to the attested key; it is opened here" };
        var command = new Command("decrypt", "Decrypts; prints the plaintext as it was") { name, aad, toEnc };
        input.AddTo(command);
        output.AddTo(command);
        return command.Runs(terminal, async call =>
        {
            using var client = call.Client();
            var body = new JsonObject { ["ciphertext"] = Ciphertext(input.Read(call)) };
            body.AddIfGiven("aad", Encoded(call.Get(aad)));
            body.AddIfGiven("to", call.Get(toEnc) ? "enc" : null);
            var path = BrokerClient.KeyPath(call.Get(name), "decrypt");
            var decrypted = await client.CallAsync(HttpMethod.Post, path, body, call.Cancelled);
            var plaintext = decrypted.Result.ContainsKey("jwe") ? client.Open(decrypted.Text("jwe")) : decrypted.Bytes("plaintext");
            return call.WantsJson ? call.Answer(decrypted.Claims, () => { }) : output.Write(call, plaintext);
        });
    }

    private static InputOptions Message() => new("--message", "The message");

    private static Option<string> Algorithm() =>
        new("--alg") { Description = "JOSE algorithm", DefaultValueFactory = _ => "ES256" };

    private static Option<string?> AdditionalData() =>
        new("--aad") { Description = "Additional data that must be the same at decryption", HelpName = "TEXT" };

    /// <summary>A message too long to send is hashed here, which for ES256 gives the same signature.</summary>
    private static JsonObject MessageBody(string alg, byte[] message, int? version)
    {
        var body = new JsonObject { ["alg"] = alg };
        if (message.Length > MaximumMessage && alg == "ES256")
        {
            body["digest"] = Base64Url.EncodeToString(SHA256.HashData(message));
        }
        else
        {
            body["message"] = Base64Url.EncodeToString(message);
        }

        body.AddIfGiven("version", version);
        return body;
    }

    private static string? Encoded(string? text) => text is null ? null : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Ciphertext(byte[] input) => input.Length <= MaximumCiphertext
        ? Encoding.ASCII.GetString(input).Trim()
        : throw new UsageException("that is too long to be a ciphertext of this broker");
}
