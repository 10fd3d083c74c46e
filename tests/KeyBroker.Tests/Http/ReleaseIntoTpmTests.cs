using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using KeyBroker.Tpm.Policies;
using KeyBroker.Tpm.Structures;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>Secrets that are wrapped for the machine's own TPM (contract, section 7; threats F02, F04, F09).</summary>
public sealed class ReleaseIntoTpmTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private const string Release = "/v1/secrets/web%2Finto-tpm/release";

    public static TheoryData<string, int> Sizes => new(
        from parent in new[] { "P-256", "P-384", "RSA-2048" }
        from size in parent == "P-256" ? [0, 1, 32, 33, 128, 129, 4096, 65536] : new[] { 128, 129 }
        select (parent, size));

    [Theory, MemberData(nameof(Sizes))]
    public async Task Comes_through_whole(string kind, int size)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var parent = new SoftwareParent(kind);
        var value = RandomNumberGenerator.GetBytes(size);
        await PutAsync(machine, value);

        var result = (await machine.CallAsync("POST", Release, parent.Body(machine))).Json["result"]!;

        var (area, opened) = parent.Import(result["import"]!);
        Assert.Equal(size is > 0 and <= 128, result["jwe"] is null);
        Assert.Equal(value, result["jwe"] is { } jwe ? SoftwareParent.OpenDirect(opened, jwe.GetValue<string>()) : opened);
        Assert.Equal(ObjectAttributes.NoDa | ObjectAttributes.AdminWithPolicy, area.Attributes);
        Assert.Equal((TpmAlgorithm.KeyedHash, TpmAlgorithm.Sha256), (area.Type, area.NameAlgorithm));
        Assert.Equal(KeyedHashParameters.Null, area.Parameters);
    }

    [Fact]
    public async Task Opens_only_in_the_attested_state()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var parent = new SoftwareParent();
        await PutAsync(machine, [1]);
        PcrSelection[] quoted = [PcrSelection.Of(TpmAlgorithm.Sha384, 1, 3), PcrSelection.Of(TpmAlgorithm.Sha1, 7), PcrSelection.Of(TpmAlgorithm.Sha256, 0, 7)];
        machine.Token = (await machine.AttestAsync(evidence => evidence with { Selection = quoted })).Json["token"]!.GetValue<string>();

        var result = (await machine.CallAsync("POST", Release, parent.Body(machine))).Json["result"]!;

        // Banks by number, whatever the order they were quoted in; none of SHA-1.
        Assert.Equal("""{"sha256":[0,7],"sha384":[1,3]}""", result["pcrs"]!.ToJsonString());
        PcrSelection[] bound = [quoted[2], quoted[0]];
        var values = bound.SelectMany(bank => bank.Indices.Select(index => Enumerable.Repeat((byte)(0x10 + index), HashAlgorithms.Size(bank.Bank)).ToArray()));
        Assert.Equal(PolicyDigest.Start(TpmAlgorithm.Sha256).Pcr(bound, values).Value, parent.Import(result["import"]!).Area.AuthPolicy.ToArray());
    }

    [Fact]
    public async Task Every_release_has_keys_of_its_own()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var parent = new SoftwareParent();
        await PutAsync(machine, new byte[200]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            var result = (await machine.CallAsync("POST", Release, parent.Body(machine))).Json["result"]!;
            var (import, jwe) = (result["import"]!, result["jwe"]!.GetValue<string>());
            string[] fresh =
            [
                $"{import["symSeed"]}", $"{import["public"]}", jwe.Split('.')[2], Convert.ToHexString(parent.Import(import).Sealed),
            ];
            Assert.All(fresh, one => Assert.True(seen.Add(one)));
            Assert.Equal("""{"alg":"dir","enc":"A256GCM"}""", Encoding.UTF8.GetString(Base64Url.Decode(jwe.Split('.')[0])));
        }
    }

    [Fact]
    public async Task Releases_the_version_that_was_named()
    {
        const string Path = "/v1/secrets/web%2Fversions";
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var parent = new SoftwareParent();
        foreach (var value in new[] { "AQ", "Ag" })
        {
            Assert.Equal(201, (await machine.CallAsync("PUT", Path, $$"""{"value":"{{value}}"}""")).Status);
        }

        var body = JsonNode.Parse(parent.Body(machine))!.AsObject();
        body["version"] = 1;
        var claims = (await machine.CallAsync("POST", Path + "/release", body.ToJsonString())).Json;
        Assert.Equal((1, 1), (claims["secret"]!["version"]!.GetValue<int>(), Assert.Single(parent.Import(claims["result"]!["import"]!).Sealed)));
        body["version"] = 3;
        (await machine.CallAsync("POST", Path + "/release", body.ToJsonString())).IsRefused(404, "not-found");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"to":"tpm"}""")]
    [InlineData("""{"to":7}""")]
    [InlineData("""{"to":null}""")]
    [InlineData("""{"to":[]}""")]
    [InlineData("""{"to":{}}""")]
    [InlineData("""{"to":{"tpm2":"enc"}}""")]
    [InlineData("""{"to":{"tpm2":{}}}""")]
    [InlineData("""{"to":{"enc":{}}}""")]
    public async Task Refuses_another_recipient_as_malformed(string body)
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        (await machine.CallAsync("POST", Release, body)).IsRefused(400, "request-malformed");
    }

    [Fact]
    public async Task Refuses_whatever_this_machines_tpm_did_not_certify()
    {
        using var machine = await SoftwareMachine.AttestedAsync(broker);
        using var other = await SoftwareMachine.AttestedAsync(broker);
        using var parent = new SoftwareParent();
        await PutAsync(machine, [1]);
        foreach (var change in new Func<CertifiedKey, CertifiedKey>[]
        {
            key => key with { By = other.Ak },
            key => key with { Public = key.Public with { Attributes = key.Public.Attributes & ~ObjectAttributes.FixedTpm } },
            key => key with { Certified = Templates.StorageRootKeyEcc },
            key => key with { SwapAttest = bytes => bytes[..^1] },
        })
        {
            (await machine.CallAsync("POST", Release, parent.Body(machine, change))).IsRefused(403, "operation-denied", "quote-binding");
        }

        var malformed = parent.Body(machine, key => key with { EditAttest = bytes => bytes[..^1] });
        (await machine.CallAsync("POST", Release, malformed)).IsRefused(400, "evidence-malformed", "evidence-malformed");
        foreach (var (member, value) in new[] { ("parent", "AAAA"), ("signature", "AAAA"), ("certify", "A="), ("more", "AA") })
        {
            var members = parent.Certified(machine).Members("parent");
            members[member] = value;
            (await machine.CallAsync("POST", Release, SoftwareParent.Body(members))).IsRefused(400, "request-malformed");
        }

        Assert.Equal(200, (await machine.CallAsync("POST", Release, parent.Body(machine))).Status);
    }

    private static async Task PutAsync(SoftwareMachine machine, byte[] value)
    {
        var body = new JsonObject { ["value"] = Base64Url.Encode(value) };
        Assert.Equal(201, (await machine.CallAsync("PUT", "/v1/secrets/web%2Finto-tpm", body.ToJsonString())).Status);
    }
}
