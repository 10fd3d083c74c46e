using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyBroker.Client;
using KeyBroker.Testing;
using KeyBroker.Tpm.Structures;

namespace KeyBroker.Benchmarks;

/// <summary>One machine, approved, at one broker process with an embedded TPM: what gets through over HTTP.</summary>
internal sealed class BrokerRates : IAsyncDisposable
{
    public const int Concurrency = 8;
    public const string KeyName = "bench/signer";
    public const string SecretName = "bench/secret";
    public const string Pcrs = "sha256:0-7";

    private readonly BrokerProcess _broker;
    private readonly Swtpm _swtpm;
    private readonly DirectoryInfo _state;
    private readonly BrokerClient _client;
    private readonly LeanLoad _load;

    private BrokerRates(BrokerProcess broker, Swtpm swtpm)
    {
        (_broker, _swtpm) = (broker, swtpm);
        _state = Directory.CreateTempSubdirectory("benchmark-");
        _client = new BrokerClient(new BrokerClientOptions
        {
            Broker = new Uri(broker.Url),
            StateFolder = _state.FullName,
            Tpm = swtpm.Tcti,
        });
        _load = new LeanLoad(new Uri(broker.Url), _state.FullName);
    }

    public static async Task<BrokerRates> StartAsync() =>
        new(
        await BrokerProcess.StartAsync("--KeyBroker:RateLimits:PerSecond=100000"), await Swtpm.StartAsync());

    public BrokerClient Client => _client;

    public LeanLoad Load => _load;

    public int ProcessId => _broker.Id;

    /// <summary>Enrols the machine, and puts a policy over what it measured in force.</summary>
    public async Task ApproveAsync()
    {
        var enrolled = await _client.EnrollAsync(new EnrollmentRequest("bench-1"), CancellationToken.None);
        var measured = (string)LocalTpm.Read(_swtpm.Tcti, "sha256:7")["sha256"]!["7"]!;
        await File.WriteAllTextAsync(Path.Combine(_broker.PolicyDirectory, "bench.yaml"), Policy(measured));
        using var administration = new BrokerAdministration(_broker.AdminSocket);
        var labels = new JsonObject { ["labels"] = new JsonObject { ["role"] = "bench" } };
        await administration.PostAsync($"machines/{enrolled["machine"]}/approve", labels, CancellationToken.None);
        await administration.PostAsync("policies/reload", [], CancellationToken.None);
    }

    /// <summary>Challenges and quotes are made before: the time is of the broker's part, over fresh nonces.</summary>
    public async Task<double> AttestAsync(int count)
    {
        using var transport = BrokerTransport.ToUrl(new Uri(_broker.Url));
        var warmUp = await EvidenceAsync(transport, count / 4);
        await Rate.OfEachAsync(warmUp, Concurrency, PostAsync);
        var evidence = await EvidenceAsync(transport, count);
        return await Rate.OfEachAsync(evidence, Concurrency, PostAsync);

        Task PostAsync(JsonObject body, CancellationToken cancellationToken) =>
            transport.SendAsync(HttpMethod.Post, "/v1/attestations", body, cancellationToken);
    }

    /// <summary>With a key in the TPM.</summary>
    public async Task<double> SignAsync(int count)
    {
        await _client.AttestAsync(Pcrs, CancellationToken.None);
        var key = new JsonObject { ["name"] = KeyName, ["type"] = "ec-p256", ["protection"] = "tpm" };
        await _client.CallAsync(HttpMethod.Post, "/v1/keys", key, CancellationToken.None);
        var body = new JsonObject { ["alg"] = "ES256", ["digest"] = Base64Url.EncodeToString(SHA256.HashData("message"u8)) };
        var sign = new BrokerCall(HttpMethod.Post, BrokerClient.KeyPath(KeyName, "sign"), body);
        await _load.RunAsync(sign, count / 4, Concurrency);
        return await _load.RunAsync(sign, count, Concurrency);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _broker.DisposeAsync();
        await _swtpm.DisposeAsync();
        _state.Delete(recursive: true);
    }

    // A software TPM that booted nothing has registers of zeros.
    private static string Policy(string measured) => $$"""
        apiVersion: keybroker/v1
        kind: Policy
        metadata: { name: bench }
        spec:
          machines: { labels: { role: bench }, trust: [approved] }
          pcrs:
            bank: sha256
            require: [{ pcr: 7, anyOf: [{ value: "{{measured}}", label: measured, unextended: true }] }]
          grants: [{ keys: ["bench/*"], allow: [create, read, sign, verify, encrypt, decrypt, mac, mac-verify, wrap, unwrap, data-key, agree, rewrap, release, rotate] }, { secrets: ["bench/*"], allow: [seal, release] }]
        """;

    private async Task<IReadOnlyList<JsonObject>> EvidenceAsync(BrokerTransport transport, int count)
    {
        var identity = JsonSerializer.Deserialize<Identity>(
            await File.ReadAllBytesAsync(Path.Combine(_state.FullName, "identity.json")))!;
        using var proofKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = Jose.PublicJwk(proofKey.ExportParameters(includePrivateParameters: false));
        var nonces = new List<string>();
        for (var made = 0; made < count; made++)
        {
            var challenge = await transport.SendAsync(HttpMethod.Post, "/v1/challenges", [], CancellationToken.None);
            nonces.Add((string)challenge.Json()["nonce"]!);
        }

        using var tpm = MachineTpm.Open(_swtpm.Tcti);
        return [.. nonces.Select(nonce => Evidence(tpm, identity, jwk, nonce))];
    }

    private static JsonObject Evidence(MachineTpm tpm, Identity identity, JsonObject jwk, string nonce)
    {
        var runtimeData = new JsonObject
        {
            ["nonce"] = nonce,
            ["cnf"] = new JsonObject { ["jwk"] = jwk.DeepClone() },
        };
        var bytes = Encoding.UTF8.GetBytes(runtimeData.ToJsonString());
        IReadOnlyList<PcrSelection> selection = PcrSelectionText.Parse(Pcrs);
        var quote = tpm.Quote(new WrappedKey(identity.AkPublic, identity.AkPrivate), SHA256.HashData(bytes), selection);
        return new JsonObject
        {
            ["machine"] = identity.Machine,
            ["runtimeData"] = Base64Url.EncodeToString(bytes),
            ["quote"] = new JsonObject
            {
                ["attest"] = Base64Url.EncodeToString(quote.Attest),
                ["signature"] = Base64Url.EncodeToString(quote.Signature),
            },
            ["pcrs"] = quote.Pcrs.ToJson(),
        };
    }
}
