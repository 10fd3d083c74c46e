using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Evidence about a key, asked for and checked by our command, and checked by tpm2_print and openssl alone.</summary>
public sealed class KeyAttestationTests(AllowedMachine allowed) : IClassFixture<AllowedMachine>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kb-attested-").FullName;

    private Workload Machine => allowed.Machine;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Our_verifier_says_what_it_proves_and_refuses_the_wrong_TPM_nonce_or_file()
    {
        await Machine.DoAsync("key", "create", "web/proven");
        var file = await KeepAsync(await Machine.DoAsync("key", "attestation", "web/proven", "--nonce", "AQID"));

        var proven = await Machine.DoAsync("verify", "key-attestation", file, "--any-ak", "--nonce", "AQID", "--output", "json");
        var ak = JsonNode.Parse(await Machine.DoAsync("receipt", "keys"))!["ak"]!["name"]!.GetValue<string>();
        Assert.Equal((ak, false), ((string?)JsonNode.Parse(proven)!["ak"], (bool?)JsonNode.Parse(proven)!["akIsTheOneAskedFor"]));
        Assert.Contains("cannot leave this TPM", await Machine.DoAsync("verify", "key-attestation", file, "--ak", ak), StringComparison.Ordinal);

        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("verify", "key-attestation", file, "--ak", ak, "--nonce", "AQIE")).ExitCode);
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("verify", "key-attestation", file, "--ak", "000b" + new string('0', 64))).ExitCode);
        var cut = await KeepAsync((await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))[..500]);
        var refused = await Machine.RunAsync("verify", "key-attestation", cut, "--ak", ak);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("not one JSON value", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fleet_key_says_who_lets_it_move_and_a_version_may_be_named()
    {
        await Machine.DoAsync("key", "create", "web/roams", "--residence", "fleet");
        await Machine.DoAsync("key", "rotate", "web/roams");
        var file = await KeepAsync(await Machine.DoAsync("key", "attestation", "web/roams", "--version", "1"));
        var text = await Machine.DoAsync("verify", "key-attestation", file, "--any-ak");
        Assert.Contains("web/roams version 1", text, StringComparison.Ordinal);
        Assert.Contains("signed by the fleet authority 000b", text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "attestation", "web/roams", "--version", "7")).ExitCode);
        Assert.Equal(ExitCode.Denied, (await Machine.RunAsync("key", "attestation", "web/roams", "--nonce", "not b64u")).ExitCode);
    }

    /// <summary>CLI-41: whoever signed it all with a key of their own is not taken at their word.</summary>
    [Fact]
    public async Task Whose_word_counts_has_to_be_said()
    {
        await Machine.DoAsync("key", "create", "web/whose");
        var file = await KeepAsync(await Machine.DoAsync("key", "attestation", "web/whose"));
        var unasked = await Machine.RunAsync("verify", "key-attestation", file);
        Assert.Equal((ExitCode.Usage, 0), (unasked.ExitCode, unasked.Output.Length));
        Assert.Contains("--ak NAME", unasked.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Machine.RunAsync("verify", "key-attestation", file, "--any-ak", "--ak", "000b")).ExitCode);
        Assert.StartsWith("if 000b", await Machine.DoAsync("verify", "key-attestation", file, "--any-ak"), StringComparison.Ordinal);
    }

    /// <summary>KAT-6 and KAT-11: of a key that the broker opens nobody says that it cannot leave.</summary>
    [Theory]
    [InlineData("and may release it", "--exportable")]
    [InlineData("and says that it does not release it")]
    public async Task A_sealed_key_is_not_said_to_stay_in_the_TPM(string said, params string[] options)
    {
        var name = $"web/sealed-{options.Length}";
        await Machine.DoAsync(["key", "create", name, "--type", "aes-256", .. options]);
        var file = await KeepAsync(await Machine.DoAsync("key", "attestation", name));
        var text = await Machine.DoAsync("verify", "key-attestation", file, "--any-ak");
        Assert.Contains("the sealed object cannot leave this TPM; the broker opens the key for use, " + said, text, StringComparison.Ordinal);
        var json = JsonNode.Parse(await Machine.DoAsync("verify", "key-attestation", file, "--any-ak", "--output", "json"))!;
        Assert.Equal(options.Length > 0, (bool?)json["exportable"]);
        foreach (var verb in new[] { "show", "explain" })
        {
            Assert.Matches(options.Length > 0 ? "exportable: yes" : "exportable: no", await Machine.DoAsync("key", verb, name));
        }

        Assert.Contains("exportable: ", await Machine.DoAsync("admin", "keys", "show", name), StringComparison.Ordinal);
    }

    /// <summary>KAT-1 to KAT-4 with tools that are not ours: what they print is what has to be there.</summary>
    [Fact]
    public async Task Foreign_tools_find_the_same()
    {
        await Machine.DoAsync("key", "create", "web/foreign");
        var evidence = JsonNode.Parse(await Machine.DoAsync("key", "attestation", "web/foreign"))!;
        foreach (var part in new[] { "statement", "object", "creationData", "ak" })
        {
            await WriteAsync(part, Bytes(evidence[part]!));
        }

        await WriteAsync("pem", System.Text.Encoding.ASCII.GetBytes(await ToolAsync("tpm2_print", "-t", "TPM2B_PUBLIC", "-f", "pem", "ak")));
        var name = "000b" + await DigestAsync("object.area", Bytes(evidence["object"]!)[2..]);
        var statement = await DigestAsync("bound", [.. "keybroker-key-attestation-v1"u8, .. Bytes(evidence["statement"]!)]);
        foreach (var (member, type) in new[] { ("certify", "8017"), ("certifyCreation", "801a") })
        {
            var attest = Bytes(evidence[member]!["attest"]!);
            await WriteAsync(member, attest);
            await WriteAsync("signature", Der(TpmSignature.Parse(Bytes(evidence[member]!["signature"]!))));
            Assert.Contains(
                "Verified OK", await ToolAsync("openssl", "dgst", "-sha256", "-verify", "pem", "-signature", "signature", member), StringComparison.Ordinal);

            // This version of the tool prints the header of these types, and then says that it does not know their body.
            var printed = await ToolAsync("tpm2_print", [1], "-t", "TPMS_ATTEST", member);
            Assert.Contains($"type: {type}", printed, StringComparison.Ordinal);
            Assert.Contains($"extraData: {statement}", printed, StringComparison.Ordinal);
            Assert.Contains(name, Convert.ToHexStringLower(attest), StringComparison.Ordinal);
        }

        var creation = await DigestAsync("creationData", Bytes(evidence["creationData"]!));
        Assert.EndsWith("0020" + creation, Convert.ToHexStringLower(Bytes(evidence["certifyCreation"]!["attest"]!)), StringComparison.Ordinal);
        Assert.Contains(
            "fixedtpm|fixedparent|sensitivedataorigin", await ToolAsync("tpm2_print", "-t", "TPM2B_PUBLIC", "object"), StringComparison.Ordinal);
    }

    private static byte[] Bytes(JsonNode text) => Base64Url.Decode(text.GetValue<string>());

    private static byte[] Der(TpmSignature signature)
    {
        var jose = signature.ToJose(TpmEccCurve.NistP256);
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Shortest(jose.AsSpan(0, 32)));
            writer.WriteIntegerUnsigned(Shortest(jose.AsSpan(32)));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Shortest(ReadOnlySpan<byte> number)
    {
        var first = number.IndexOfAnyExcept((byte)0);
        return first < 0 ? number[^1..] : number[first..];
    }

    private async Task<string> KeepAsync(string text)
    {
        var path = Path.Combine(_folder, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)) + ".json");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }

    private Task WriteAsync(string name, byte[] bytes) =>
        File.WriteAllBytesAsync(Path.Combine(_folder, name), bytes, TestContext.Current.CancellationToken);

    private async Task<string> DigestAsync(string name, byte[] bytes)
    {
        await WriteAsync(name, bytes);
        return (await ToolAsync("openssl", "dgst", "-sha256", "-r", name)).Split(' ')[0];
    }

    private Task<string> ToolAsync(string tool, params string[] arguments) => ToolAsync(tool, [0], arguments);

    private async Task<string> ToolAsync(string tool, int[] exitCodes, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TPM2TOOLS_TCTI"] = "none";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCodes.Contains(process.ExitCode), $"{tool}: {await output}{await error}");
        return await output;
    }
}
