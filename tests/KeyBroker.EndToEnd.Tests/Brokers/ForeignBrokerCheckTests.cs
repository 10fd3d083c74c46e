using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>BRA-1 to BRA-3 with tpm2_checkquote, tpm2_print and openssl alone.</summary>
public sealed class ForeignBrokerCheckTests(WatchedBroker watched) : IClassFixture<WatchedBroker>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kb-foreign-broker-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Foreign_tools_find_the_quote_its_nonce_its_keys_and_its_registers()
    {
        var nonce = RandomNumberGenerator.GetBytes(20);
        var evidence = await AskAsync(nonce);
        await WriteAsync("ak", Bytes(evidence["ak"]!));
        await WriteAsync("quote", Bytes(evidence["quote"]!["attest"]!));
        await WriteAsync("signature", Bytes(evidence["quote"]!["signature"]!));
        await WriteAsync("pem", System.Text.Encoding.ASCII.GetBytes(await ToolAsync("tpm2_print", "-t", "TPM2B_PUBLIC", "-f", "pem", "ak")));

        // The length of the nonce, 20, in two bytes.
        var bound = await DigestAsync("bound", [.. "keybroker-broker-attestation-v1"u8, 0, 20, .. nonce, .. Bytes(evidence["jwks"]!)]);
        await ToolAsync("tpm2_checkquote", "-u", "pem", "-m", "quote", "-s", "signature", "-g", "sha256", "-q", bound);
        await RefusesAsync("tpm2_checkquote", "-u", "pem", "-m", "quote", "-s", "signature", "-g", "sha256", "-q", new string('0', 64));

        var pcrs = evidence["pcrs"]!["sha256"]!;
        var registers = Enumerable.Range(0, 16).SelectMany(index => Convert.FromHexString((string)pcrs[$"{index}"]!)).ToArray();
        var printed = await ToolAsync("tpm2_print", "-t", "TPMS_ATTEST", "quote");
        Assert.Contains($"pcrDigest: {await DigestAsync("registers", registers)}", printed, StringComparison.Ordinal);
        Assert.Contains($"extraData: {bound}", printed, StringComparison.Ordinal);

        // A primary key of the endorsement hierarchy: its name below the handle 4000000B (Part 1, 16).
        var name = "000b" + await DigestAsync("area", Bytes(evidence["ak"]!)[2..]);
        var qualified = "000b" + await DigestAsync("qualified", Convert.FromHexString("4000000b" + name));
        Assert.Contains($"qualifiedSigner: {qualified}", printed, StringComparison.Ordinal);
        Assert.Equal(watched.Proxy.Url, (string?)JsonNode.Parse(Bytes(evidence["jwks"]!))!["issuer"]);
    }

    private async Task<JsonNode> AskAsync(byte[] nonce)
    {
        using var http = new HttpClient();
        using var question = new StringContent($$"""{"nonce":"{{Base64Url.Encode(nonce)}}"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(watched.Broker.Url + "/v1/broker/attestation"), question, Cancellation);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
    }

    private static byte[] Bytes(JsonNode text) => Base64Url.Decode(text.GetValue<string>());

    private Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(_folder, name), bytes, Cancellation);

    private async Task<string> DigestAsync(string name, byte[] bytes)
    {
        await WriteAsync(name, bytes);
        return (await ToolAsync("openssl", "dgst", "-sha256", "-r", name)).Split(' ')[0];
    }

    private async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(tool, arguments);
        Assert.True(exitCode == 0, $"{tool}: {output}");
        return output;
    }

    private async Task RefusesAsync(string tool, params string[] arguments) => Assert.NotEqual(0, (await RunAsync(tool, arguments)).ExitCode);

    private async Task<(int ExitCode, string Output)> RunAsync(string tool, string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TPM2TOOLS_TCTI"] = "none";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
    }
}
