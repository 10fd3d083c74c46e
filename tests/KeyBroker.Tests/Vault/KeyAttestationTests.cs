using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Attestation.KeyAttestations;
using KeyBroker.Vault;
using Xunit;

namespace KeyBroker.Tests.Vault;

/// <summary>KAT-1 to KAT-6: what a real TPM says of a key proves what it should, and nothing that was changed proves anything.</summary>
public sealed class KeyAttestationTests : IAsyncLifetime
{
    private VaultFixture _fixture = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _fixture = await VaultFixture.StartAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("tpm", "local")]
    [InlineData("tpm", "fleet")]
    [InlineData("sealed", "local")]
    [InlineData("sealed", "fleet")]
    public async Task Every_type_proves_its_making_and_its_residence_also_after_a_restart(string protection, string residence)
    {
        string[] types = ["ec-p256", "ec-p384", "rsa-2048", "hmac-sha256", .. protection == "sealed" ? ["aes-256"] : Array.Empty<string>()];
        foreach (var type in types)
        {
            await MakeAsync(type, protection, residence, type);
        }

        await _fixture.ReopenAsync();
        foreach (var type in types)
        {
            var proven = AttestedKey.Check(KeyAttestation.Parse(Utf8(await AttestAsync(type, [1, 2, 3]))), "AQID");
            Assert.Equal((type, 1, type, protection, residence), (
                proven.Statement.Name, proven.Statement.Version, proven.Statement.Type, proven.Statement.Protection, proven.Statement.Residence));
            Assert.Equal(residence == "fleet", proven.FleetAuthority is not null);
            Assert.False(proven.Statement.Exportable);
            Assert.Equal(_fixture.Vault.AttestationKey.Name, proven.AttestationKey.ToString());
            Assert.Equal(_fixture.Vault.Keys.Find(type)!.Primary.PublicJwk, proven.Statement.PublicJwk?.ToJson());
        }
    }

    [Fact]
    public async Task Each_version_has_evidence_of_its_own()
    {
        var key = await MakeAsync("turned", "tpm", "local", "ec-p256");
        await _fixture.CommitAsync(await _fixture.Vault.Keys.PrepareRotationAsync("turned", Cancellation));
        var (first, second) = (await AttestAsync("turned", version: 1), await AttestAsync("turned", version: 2));
        Assert.Equal(1, AttestedKey.Check(KeyAttestation.Parse(Utf8(first)), null).Statement.Version);
        Assert.Equal(2, AttestedKey.Check(KeyAttestation.Parse(Utf8(second)), null).Statement.Version);
        Assert.Equal(key.Primary.PublicJwk, AttestedKey.Check(KeyAttestation.Parse(Utf8(first)), null).Statement.PublicJwk!.ToJson());

        // No part of the one stands in for that of the other.
        foreach (var member in new[] { "statement", "object", "creationData", "certify", "certifyCreation" })
        {
            Refused(first, edited => edited[member] = second[member]!.DeepClone());
        }
    }

    [Fact]
    public async Task What_was_changed_proves_nothing()
    {
        await MakeAsync("key", "tpm", "local", "ec-p256");
        await MakeAsync("roaming", "tpm", "fleet", "ec-p256");
        await MakeAsync("blob", "sealed", "local", "ec-p256");
        await MakeAsync("other", "tpm", "local", "ec-p256");
        var (good, roaming, blob, other) = (
            await AttestAsync("key"), await AttestAsync("roaming"), await AttestAsync("blob"), await AttestAsync("other"));

        foreach (var (member, value) in new (string, JsonNode)[]
        {
            ("name", "another"), ("version", 2), ("type", "ec-p384"), ("protection", "sealed"), ("residence", "fleet"), ("nonce", "AAAA"), ("exportable", true),
            ("format", "keybroker-key-attestation-v2"), ("publicJwk", JsonNode.Parse(Statement(other)["publicJwk"]!.ToJsonString())!),
        })
        {
            Refused(good, edited => State(edited, statement => statement[member] = value));
        }

        Assert.Throws<KeyAttestationException>(() => AttestedKey.Check(KeyAttestation.Parse(Utf8(good)), "AAAA"));
        Refused(roaming, edited => State(edited, statement => statement["residence"] = "local"));
        Refused(blob, edited => State(edited, statement => statement["protection"] = "tpm"));
        foreach (var from in new[] { roaming, blob, other })
        {
            foreach (var member in new[] { "statement", "object", "creationData", "certify", "certifyCreation" })
            {
                Refused(good, edited => edited[member] = from[member]!.DeepClone());
            }
        }

        Refused(good, edited => edited["parents"]!.AsArray().RemoveAt(0));
        Refused(good, edited => edited["parents"]!.AsArray().RemoveAt(1));
        Refused(good, edited => edited["parents"] = new JsonArray());
        Refused(good, edited => edited["parents"] = roaming["parents"]!.DeepClone());
        Refused(good, edited => edited["ak"] = good["object"]!.DeepClone());
        Refused(good, edited => (edited["certify"], edited["certifyCreation"]) = (good["certifyCreation"]!.DeepClone(), good["certify"]!.DeepClone()));
        Refused(roaming, edited => edited.Remove("fleetAuthority"));
        Refused(roaming, edited => edited["fleetAuthority"] = good["ak"]!.DeepClone());
        Refused(good, edited => edited["more"] = "AA");
    }

    /// <summary>KAT-11: what the broker may give away it says under the TPM's signature, and no key of the TPM alone is that.</summary>
    [Fact]
    public async Task Says_whether_the_broker_may_release_the_key()
    {
        var key = await _fixture.CreateAsync(new KeySpec("given", "aes-256", "tests") { Protection = "sealed", Exportable = true });
        var given = await AttestAsync("given");
        Assert.True(AttestedKey.Check(KeyAttestation.Parse(Utf8(given)), null).Statement.Exportable);
        Refused(given, edited => State(edited, statement => statement["exportable"] = false));
        Refused(given, edited => State(edited, statement => statement.Remove("exportable")));

        var kept = await AttestAsync(key with { Exportable = false });
        Assert.False(AttestedKey.Check(KeyAttestation.Parse(Utf8(kept)), null).Statement.Exportable);
        Refused(given, edited => edited["statement"] = kept["statement"]!.DeepClone());

        // A broker that says so of a key which never leaves its TPM is not believed, whoever signed.
        var odd = await AttestAsync(await MakeAsync("odd", "tpm", "local", "ec-p256") with { Exportable = true });
        Assert.Contains("exportable", Message(odd), StringComparison.Ordinal);
    }

    /// <summary>KAT-9 and KAT-10.</summary>
    [Fact]
    public async Task Nothing_is_taken_along_that_no_signature_covers_and_what_is_malformed_is_named()
    {
        await MakeAsync("key", "tpm", "local", "ec-p256");
        await MakeAsync("roaming", "tpm", "fleet", "ec-p256");
        var (good, roaming) = (await AttestAsync("key"), await AttestAsync("roaming"));
        foreach (var (member, value, said) in new (string, JsonNode, string)[]
        {
            ("fleetAuthority", roaming["fleetAuthority"]!.DeepClone(), "fleetAuthority of a key"),
            ("ekCertificates", new JsonArray("AAAA"), "ekCertificates: "),
            ("ekCertificates", new JsonArray(), "ekCertificates: "),
            ("object", "AAAA", "object: "),
            ("parents", new JsonArray("AAAA"), "parents: "),
            ("ak", "AA", "ak: "),
            ("creationData", "!", "creationData: "),
            ("certify", new JsonObject { ["attest"] = "AA", ["signature"] = "AA" }, "certify: "),
            ("certifyCreation", new JsonObject { ["attest"] = "AA" }, "certifyCreation.signature: "),
            ("statement", Base64Url.Encode("{}"u8), "statement.format: "),
        })
        {
            var edited = good.DeepClone().AsObject();
            edited[member] = value;
            Assert.StartsWith(said, Message(edited), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_flipped_bit_and_no_truncation_goes_unseen()
    {
        await MakeAsync("key", "tpm", "fleet", "ec-p256");
        var good = await AttestAsync("key");
        var whole = Utf8(good);
        for (var length = 0; length < whole.Length; length += 7)
        {
            Assert.Throws<KeyAttestationException>(() => AttestedKey.Check(KeyAttestation.Parse(whole.AsSpan(0, length)), null));
        }

        foreach (var (name, set) in Parts(good))
        {
            var bytes = Base64Url.Decode(name.GetValue<string>());
            for (var at = 0; at < bytes.Length; at += 3)
            {
                var flipped = bytes.ToArray();
                flipped[at] ^= (byte)(1 << (at % 8));
                Refused(good, edited => set(edited, Base64Url.Encode(flipped)));
            }
        }
    }

    /// <summary>A TPM of the attacker's own signs anything about a software key, but not with the key that was asked for.</summary>
    [Fact]
    public async Task Another_TPM_proves_only_its_own_keys()
    {
        await MakeAsync("key", "tpm", "local", "ec-p256");
        var good = await AttestAsync("key");
        await using var elsewhere = await VaultFixture.StartAsync();
        await elsewhere.CreateAsync(new KeySpec("key", "ec-p256", "tests"));
        var theirs = (await elsewhere.Vault.Attester.AttestAsync(
            elsewhere.Vault.Keys.Find("key")!, elsewhere.Vault.Keys.Find("key")!.Primary, null, Cancellation)).ToJson();
        Assert.NotEqual(
            AttestedKey.Check(KeyAttestation.Parse(Utf8(good)), null).AttestationKey,
            AttestedKey.Check(KeyAttestation.Parse(Utf8(theirs)), null).AttestationKey);
        foreach (var member in new[] { "statement", "object", "creationData", "certify", "certifyCreation", "parents", "ak" })
        {
            Refused(good, edited => edited[member] = theirs[member]!.DeepClone());
        }
    }

    private static IEnumerable<(JsonNode Value, Action<JsonObject, string> Set)> Parts(JsonObject good)
    {
        foreach (var member in new[] { "statement", "object", "creationData", "fleetAuthority", "ak" })
        {
            yield return (good[member]!, (edited, text) => edited[member] = text);
        }

        foreach (var member in new[] { "certify", "certifyCreation" })
        {
            yield return (good[member]!["attest"]!, (edited, text) => edited[member]!["attest"] = text);
            yield return (good[member]!["signature"]!, (edited, text) => edited[member]!["signature"] = text);
        }

        yield return (good["parents"]![0]!, (edited, text) => edited["parents"]![0] = text);
        yield return (good["parents"]![1]!, (edited, text) => edited["parents"]![1] = text);
    }

    private static void Refused(JsonObject good, Action<JsonObject> edit)
    {
        var edited = good.DeepClone().AsObject();
        edit(edited);
        Assert.Throws<KeyAttestationException>(() => AttestedKey.Check(KeyAttestation.Parse(Utf8(edited)), null));
    }

    private static string Message(JsonObject attestation) =>
        Assert.Throws<KeyAttestationException>(() => AttestedKey.Check(KeyAttestation.Parse(Utf8(attestation)), null)).Message;

    private static JsonObject Statement(JsonObject attestation) =>
        JsonNode.Parse(Base64Url.Decode(attestation["statement"]!.GetValue<string>()))!.AsObject();

    private static void State(JsonObject attestation, Action<JsonObject> edit)
    {
        var statement = Statement(attestation);
        edit(statement);
        attestation["statement"] = Base64Url.Encode(Utf8(statement));
    }

    private static byte[] Utf8(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private Task<KeyRecord> MakeAsync(string name, string protection, string residence, string type) => _fixture.CreateAsync(
        new KeySpec(name, type, "tests") { Protection = protection, Residence = residence });

    private async Task<JsonObject> AttestAsync(KeyRecord key) =>
        (await _fixture.Vault.Attester.AttestAsync(key, key.Primary, null, Cancellation)).ToJson();

    private async Task<JsonObject> AttestAsync(string name, byte[]? nonce = null, int? version = null)
    {
        var key = _fixture.Vault.Keys.Find(name)!;
        return (await _fixture.Vault.Attester.AttestAsync(key, key.Version(version ?? key.PrimaryVersion)!, nonce, Cancellation)).ToJson();
    }
}
