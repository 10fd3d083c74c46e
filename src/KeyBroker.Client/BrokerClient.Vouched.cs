using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using Base64Url = System.Buffers.Text.Base64Url;

namespace KeyBroker.Client;

public sealed partial class BrokerClient
{
    /// <summary>
    /// Runtime data with a fresh nonce and the keys of this folder, for a remote verifier to put into its result. Kept until that
    /// comes; the next such data stand instead.
    /// </summary>
    /// <param name="withEncryptionKey">True to be given secrets too; the result then has to cover all of it.</param>
    public async Task<byte[]> BeginPassportAsync(bool withEncryptionKey, CancellationToken cancellationToken)
    {
        await _required.EnsureAsync(cancellationToken);
        var challenge = await PostAsync("/v1/challenges", [], cancellationToken);
        var runtime = new JsonObject
        {
            ["nonce"] = Text(challenge, "nonce"),
            ["cnf"] = new JsonObject { ["jwk"] = _proofKeys.Current().PublicJwk() },
        };
        if (withEncryptionKey)
        {
            using var encryptionKey = _encryptionKeys.Software();
            runtime["enc"] = encryptionKey.Attested();
        }

        var bytes = Encoding.UTF8.GetBytes(runtime.ToJsonString());
        _state.Save(new PendingPassport(bytes));
        return bytes;
    }

    /// <summary>Exchanges a remote verifier's result about the kept runtime data for a token.</summary>
    /// <exception cref="ResultNeededException">There are none.</exception>
    public async Task<AttestedToken> AttestByResultAsync(string result, CancellationToken cancellationToken)
    {
        var pending = _state.Passport ?? throw new ResultNeededException(_state.Path);
        await _required.EnsureAsync(cancellationToken);
        var answer = await PostAsync(
            "/v1/attestations",
            new JsonObject { ["runtimeData"] = Base64Url.EncodeToString(pending.RuntimeData), ["result"] = result.Trim() },
            cancellationToken);
        _state.ForgetPassport(); // Its nonce is spent.
        var token = Keep(answer, PcrSelectionText.Default, EventLogFile.None);
        token = token with { Caller = SubjectOf(token.Token) };
        _state.Save(token);
        return token;
    }

    private Task<AttestedToken> AttestAgainAsync(AttestedToken? kept, AttestationChoices choices, CancellationToken cancellationToken) =>
        kept?.Caller is null ? AttestAsync(choices, cancellationToken) : throw new ResultNeededException(_state.Path);

    // The broker's word on who we are, as it gave it over the same connection as the token.
    private static string SubjectOf(string token) =>
        token.Split('.') is [_, var payload, _] && StrictJson.ParseNode(Jose.Decode(payload))?["sub"] is JsonValue subject
        && subject.TryGetValue<string>(out var text)
            ? text
            : throw new BrokerAnswerException("the broker's token does not say whose it is");
}
