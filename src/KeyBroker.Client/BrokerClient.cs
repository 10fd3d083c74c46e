using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>A machine's side of the protocol: enrol once, attest when needed, call with proof of possession.</summary>
public sealed partial class BrokerClient : IDisposable
{
    // A token that ends this soon would end on its way.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(5);

    private readonly BrokerTransport _transport;
    private readonly ReceiptVerifier _receipts;
    private readonly ProvenTransport _proven;
    private readonly StateFolder _state;
    private readonly string _tpm;
    private readonly TimeProvider _clock;
    private readonly bool _fresh;
    private readonly ProofKeys _proofKeys;
    private readonly EncryptionKeys _encryptionKeys;
    private readonly RequiredBroker _required;

    public BrokerClient(BrokerClientOptions options)
    {
        _transport = BrokerTransport.ToUrl(options.Broker);
        _receipts = new ReceiptVerifier(_transport);
        _state = new StateFolder(options.StateFolder);
        _tpm = options.Tpm;
        (_clock, _fresh) = (options.Clock, options.Fresh);
        _proofKeys = new ProofKeys(_state, _tpm, _clock);
        _encryptionKeys = new EncryptionKeys(_state, _tpm);
        _proven = new ProvenTransport(_transport, _proofKeys);
        _required = new RequiredBroker(options.RequiredBroker, new BrokerInterview(_transport, _clock), _receipts);
    }

    /// <exception cref="NotEnrolledException">The machine has not enrolled.</exception>
    internal Identity Identity => _state.Identity ?? throw new NotEnrolledException(_state.Path);

    internal string Tpm => _tpm;

    /// <summary>The target of a call on a key; the name is one percent-encoded segment.</summary>
    public static string KeyPath(string name, string? verb = null) => Target("keys", name, verb);

    public static string SecretPath(string name, string? verb = null) => Target("secrets", name, verb);

    /// <summary>Makes an attestation key, unless there is one, and shows that it sits beside the endorsement key.</summary>
    public async Task<JsonObject> EnrollAsync(EnrollmentRequest request, CancellationToken cancellationToken)
    {
        await _required.EnsureAsync(cancellationToken);
        using var tpm = MachineTpm.Open(_tpm);
        var ak = KeyFor(tpm, request);
        var started = await PostAsync("/v1/enrollments", EnrollmentBody.Of(request, tpm, ak), cancellationToken);
        var secret = tpm.Activate(request.EndorsementKey, ak, Credential(started, "blob"), Credential(started, "secret"));
        var activation = $"/v1/enrollments/{Uri.EscapeDataString(Text(started, "id"))}/activation";
        var enrolled = await PostAsync(
            activation, new JsonObject { ["secret"] = Base64Url.EncodeToString(secret) }, cancellationToken);
        CryptographicOperations.ZeroMemory(secret);
        Remember(request, ak, Text(enrolled, "machine"));
        return enrolled;
    }

    /// <summary>Quotes the registers for a fresh nonce and keeps the token that comes of it.</summary>
    /// <param name="pcrs">Like <c>sha256:0-7,11</c>; null is what was quoted last, or <c>sha256:0-15</c>.</param>
    public Task<AttestedToken> AttestAsync(string? pcrs, CancellationToken cancellationToken) =>
        AttestAsync(new AttestationChoices { Pcrs = pcrs }, cancellationToken);

    /// <summary>As above, with every choice that there is.</summary>
    public async Task<AttestedToken> AttestAsync(AttestationChoices choices, CancellationToken cancellationToken)
    {
        var identity = Identity;
        var selection = PcrSelectionText.Parse(choices.Pcrs ?? _state.Token?.Pcrs ?? PcrSelectionText.Default);
        var log = choices.EventLog ?? EventLogFile.Of(_state.Token?.EventLog);
        await _required.EnsureAsync(cancellationToken);
        using var encryptionKey = _encryptionKeys.For(identity, choices.EncryptionKey);
        var proofKey = _proofKeys.For(identity, choices.ProofKey);
        var challenge = await PostAsync("/v1/challenges", [], cancellationToken);
        var evidence = Evidence(
            new EvidenceMaker(proofKey, encryptionKey).Quote((_tpm, identity), selection, Text(challenge, "nonce"), choices.Request), log);
        try
        {
            var answer = await PostAsync("/v1/attestations", evidence, cancellationToken);
            return Keep(answer, PcrSelectionText.Format(selection), log);
        }
        catch (BrokerException denied) when (denied.Problem.Status == (int)HttpStatusCode.Forbidden)
        {
            _state.ForgetToken();
            throw;
        }
    }

    public Task<BrokerResult> CallAsync(
        HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        CallAsync(new BrokerCall(method, path, body), cancellationToken);

    /// <summary>A call with token and proof. A token that ended is replaced by a new attestation, once.</summary>
    public async Task<BrokerResult> CallAsync(BrokerCall call, CancellationToken cancellationToken)
    {
        var kept = _state.Token;
        var caller = kept?.Caller ?? Identity.Machine;
        var bytes = BrokerTransport.Encode(call.Body);
        var isFresh = _fresh || kept is null || kept.ExpiresAt - s_margin <= _clock.GetUtcNow();
        var choices = new AttestationChoices { Request = _fresh ? SHA256.HashData(bytes ?? []) : null };
        var token = isFresh ? await AttestAgainAsync(kept, choices, cancellationToken) : kept!;
        await _required.EnsureKnownAsync(cancellationToken);
        BrokerAnswer answer;
        try
        {
            answer = await _proven.SendAsync(call, bytes, token, cancellationToken);
        }
        catch (BrokerException ended) when (!isFresh && ended.Problem.Code is ("token-expired" or "token-invalid"))
        {
            token = await AttestAgainAsync(kept, choices, cancellationToken);
            answer = await _proven.SendAsync(call, bytes, token, cancellationToken);
        }

        return await _receipts.VerifyAsync(answer, caller, bytes, cancellationToken) with { Tag = answer.Tag };
    }

    /// <summary>Every item of a list this machine may see, however many pages it has.</summary>
    /// <param name="path">The list's path without query.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        var query = "?limit=500";
        while (true)
        {
            var page = (await CallAsync(HttpMethod.Get, path + query, null, cancellationToken)).Result;
            items.AddRange((page["items"] as JsonArray ?? []).OfType<JsonObject>());
            if ((string?)page["next"] is not { } next)
            {
                return items;
            }

            query = $"?limit=500&after={Uri.EscapeDataString(next)}";
        }
    }

    /// <summary>Whether the broker still accepts the kept token; attests nothing anew.</summary>
    /// <exception cref="BrokerException">It does not.</exception>
    public async Task TryTokenAsync(CancellationToken cancellationToken)
    {
        var token = _state.Token ?? throw new NotEnrolledException(_state.Path);
        await _required.EnsureKnownAsync(cancellationToken);
        _ = await _proven.SendAsync(new BrokerCall(HttpMethod.Get, "/v1/keys?limit=1", null), null, token, cancellationToken);
    }

    /// <summary>Opens what the broker encrypted to the attested key.</summary>
    public byte[] Open(string compactJwe)
    {
        using var key = _encryptionKeys.Current();
        return key.Decrypt(compactJwe);
    }

    public void Dispose()
    {
        _transport.Dispose();
        _proofKeys.Dispose();
    }

    private static string Target(string collection, string name, string? verb)
    {
        var target = $"/v1/{collection}/{Uri.EscapeDataString(name)}";
        return verb is null ? target : $"{target}/{verb}";
    }

    private static byte[] Credential(JsonObject started, string member) =>
        Jose.Decode(started["credential"] is JsonObject credential ? Text(credential, member) : null);

    private static string Text(JsonObject answer, string member) =>
        answer[member] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new BrokerAnswerException($"the broker's answer has no '{member}'");

    private WrappedKey KeyFor(MachineTpm tpm, EnrollmentRequest request) =>
        _state.Identity is { } known && !request.NewKey
            ? new WrappedKey(known.AkPublic, known.AkPrivate)
            : tpm.CreateAttestationKey(request.AttestationKey);

    private void Remember(EnrollmentRequest request, WrappedKey ak, string machine)
    {
        _state.Save(new Identity(machine, request.Name, request.EndorsementKey, ak.Public, ak.Private));
        _state.ForgetToken();
    }

    private AttestedToken Keep(JsonObject answer, string pcrs, EventLogFile log)
    {
        var seconds = answer["expiresIn"] is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;
        var policies = (answer["policies"] as JsonArray ?? []).Select(policy => policy?.ToString() ?? string.Empty);
        var token = new AttestedToken(
            Text(answer, "token"), _clock.GetUtcNow().AddSeconds(seconds), [.. policies], pcrs)
        {
            EventLog = log.Text,
        };
        _state.Save(token);
        return token;
    }

    private async Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        (await _transport.SendAsync(HttpMethod.Post, path, body, cancellationToken)).Json();
}
