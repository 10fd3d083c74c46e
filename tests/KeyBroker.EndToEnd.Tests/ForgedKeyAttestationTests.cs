using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Cli;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>CLI-41: evidence made without any TPM, of a real one's public parts and two software keys, convinces nobody who says whose word counts.</summary>
public sealed class ForgedKeyAttestationTests(AllowedMachine allowed) : IClassFixture<AllowedMachine>
{
    private const int PointBytes = 68; // Two TPM2Bs of 32 bytes each, the last of a P-256 public area.
    private const uint Owner = 0x40000001;
    private const uint Endorsement = 0x4000000B;
    private const ushort Certify = 0x8017;
    private const ushort CertifyCreation = 0x801A;

    private Workload Machine => allowed.Machine;

    [Fact]
    public async Task Evidence_of_no_TPM_is_nothing_where_the_attestation_key_is_named()
    {
        await Machine.DoAsync("key", "create", "web/forged");
        var file = Path.Combine(Machine.State, "forged.json");
        var forged = Forge(JsonNode.Parse(await Machine.DoAsync("key", "attestation", "web/forged"))!.AsObject());
        await File.WriteAllTextAsync(file, forged.ToJsonString(), TestContext.Current.CancellationToken);
        var ak = (string)JsonNode.Parse(await Machine.DoAsync("receipt", "keys"))!["ak"]!["name"]!;

        var refused = await Machine.RunAsync("verify", "key-attestation", file, "--ak", ak);
        Assert.Equal(ExitCode.Denied, refused.ExitCode);
        Assert.Contains("another TPM's key than asked for", refused.Error);
        Assert.Equal(ExitCode.Usage, (await Machine.RunAsync("verify", "key-attestation", file)).ExitCode);

        // All that it shows is what would be, and the forger's own name stands in it.
        Assert.StartsWith("if 000b", await Machine.DoAsync("verify", "key-attestation", file, "--any-ak"), StringComparison.Ordinal);
        Assert.DoesNotContain(ak, await Machine.DoAsync("verify", "key-attestation", file, "--any-ak"), StringComparison.Ordinal);
    }

    private static JsonObject Forge(JsonObject real)
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (ak, area) = (AreaOf(signer, Bytes(real["ak"])), AreaOf(key, Bytes(real["object"])));
        var above = Handle(Owner);
        foreach (var parent in real["parents"]!.AsArray().Reverse())
        {
            above = QualifiedName(above, Bytes(parent)[2..]);
        }

        var statement = JsonNode.Parse(Bytes(real["statement"]))!.AsObject();
        var point = key.ExportParameters(false).Q;
        statement["publicJwk"] = new JsonObject { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = Base64Url.Encode(point.X!), ["y"] = Base64Url.Encode(point.Y!) };
        var stated = Encoding.UTF8.GetBytes(statement.ToJsonString());
        var extraData = SHA256.HashData([.. "keybroker-key-attestation-v1"u8, .. stated]);
        byte[] qualifiedSigner = QualifiedName(Handle(Endorsement), ak);
        var forged = real.DeepClone().AsObject();
        forged["statement"] = Base64Url.Encode(stated);
        forged["object"] = Base64Url.Encode(Sized(area));
        forged["ak"] = Base64Url.Encode(Sized(ak));
        forged["certify"] = Signed(Certify, [.. Sized(Name(area)), .. Sized(QualifiedName(above, area))]);
        forged["certifyCreation"] = Signed(CertifyCreation, [.. Sized(Name(area)), .. Sized(SHA256.HashData(Bytes(real["creationData"])))]);
        return forged;

        JsonObject Signed(ushort type, byte[] attested)
        {
            byte[] attest = [0xFF, .. "TCG"u8, .. UInt16(type), .. Sized(qualifiedSigner), .. Sized(extraData), .. new byte[25], .. attested];
            var signature = signer.SignData(attest, HashAlgorithmName.SHA256);
            byte[] tpm = [.. UInt16(0x18), .. UInt16(0x0B), .. Sized(signature[..32]), .. Sized(signature[32..])];
            return new JsonObject { ["attest"] = Base64Url.Encode(attest), ["signature"] = Base64Url.Encode(tpm) };
        }
    }

    /// <summary>The public area of somebody's real key with another point in it.</summary>
    private static byte[] AreaOf(ECDsa key, byte[] sized)
    {
        var point = key.ExportParameters(false).Q;
        return [.. sized[2..^PointBytes], .. Sized(point.X!), .. Sized(point.Y!)];
    }

    private static byte[] Name(byte[] area) => [0x00, 0x0B, .. SHA256.HashData(area)];

    private static byte[] QualifiedName(byte[] above, byte[] area) => Name([.. above, .. Name(area)]);

    private static byte[] Sized(byte[] content) => [.. UInt16((ushort)content.Length), .. content];

    private static byte[] UInt16(ushort value) => [(byte)(value >> 8), (byte)(value & 0xFF)];

    private static byte[] Handle(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Bytes(JsonNode? text) => Base64Url.Decode(text!.GetValue<string>());
}
