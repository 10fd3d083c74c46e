using System.Net.Http.Headers;

namespace KeyBroker.Tests.Http.Api;

/// <summary>What every operation of its kind refuses, asked of each of them.</summary>
internal sealed class ApiRefusals(ApiWitness witness)
{
    private const string NoName = "web%2Fnothing";
    private static readonly string s_noMachine = "sha256-" + new string('0', 64);

    public async Task OfEveryKindAsync()
    {
        foreach (var operation in witness.File.Operations.Values)
        {
            await OfAnyAsync(operation);
            await (operation.NeedsToken ? OfATokenAsync(operation) : Task.CompletedTask);
            await (operation.NeedsClient ? OfAClientAsync(operation) : Task.CompletedTask);
            await (operation.Lists(415, "media-type") ? OfABodyAsync(operation) : Task.CompletedTask);
        }
    }

    private async Task OfAnyAsync(ApiOperation operation)
    {
        await witness.RefuseAsync("400 request-malformed", operation.Id, "/%25");
        await witness.RefuseAsync("405 not-found", operation.Id, Segment(operation), edit: request => request.Method = HttpMethod.Patch);
        if (operation.Id is "health" or "readiness" or "metrics")
        {
            return; // Both doors serve them.
        }

        await witness.RefuseAsync("404 not-found", operation.Id, Segment(operation), Body(operation), otherDoor: true);
    }

    private async Task OfATokenAsync(ApiOperation operation)
    {
        await RefuseAsync("401 token-missing", request => request.Headers.Authorization = null);
        await RefuseAsync("401 token-invalid", request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "x"));
        await RefuseAsync("401 proof-invalid", request => request.Headers.Remove("DPoP"));

        Task RefuseAsync(string expected, Action<HttpRequestMessage> edit) =>
            witness.RefuseAsync(expected, operation.Id, Segment(operation), Body(operation), edit);
    }

    private async Task OfAClientAsync(ApiOperation operation)
    {
        await witness.RefuseAsync("401 token-missing", operation.Id, body: Body(operation), edit: request => request.Headers.Authorization = null);
        await witness.RefuseAsync(
            "401 token-invalid", operation.Id, body: Body(operation), edit: request => request.Headers.Authorization = RelyingParty.Basic("shop", "x"));
        await witness.RefuseAsync(
            "403 operation-denied", operation.Id, body: Body(operation),
            edit: request => request.Headers.Authorization = RelyingParty.Basic(operation.Id == "appraise" ? "reader" : "judge", RunningBroker.ClientSecret));
    }

    private async Task OfABodyAsync(ApiOperation operation)
    {
        var tooMuch = new byte[(operation.Id is "attest" or "appraise" or "evaluatePolicies" or "whatIfPolicies" ? 8 << 20 : 1 << 20) + 1];
        await witness.RefuseAsync("413 too-large", operation.Id, Segment(operation), edit: request =>
        {
            request.Headers.ExpectContinue = true; // The answer comes before the body, which is then never sent.
            request.Content = Json(tooMuch);
        });
        await witness.RefuseAsync("415 media-type", operation.Id, Segment(operation), edit: request => request.Content = new StringContent("{}"));
        if (operation.HasBody)
        {
            await witness.RefuseAsync("400 request-malformed", operation.Id, Segment(operation), "{");
            await witness.RefuseAsync("400 request-malformed", operation.Id, Segment(operation), """{"noSuchMember":1}""");
        }
    }

    /// <summary>A segment that nothing is behind.</summary>
    public static string? Segment(ApiOperation operation) => operation.Path switch
    {
        _ when operation.Path.Contains("{machine}", StringComparison.Ordinal) => s_noMachine,
        _ when operation.Path.Contains("{seq}", StringComparison.Ordinal) => "999999999",
        _ when operation.Path.Contains('{', StringComparison.Ordinal) => NoName,
        _ => null,
    };

    /// <summary>A body that its reader accepts, where it must be read before anything else is decided.</summary>
    public static string? Body(ApiOperation operation) => operation.Id switch
    {
        "createKey" or "adminCreateKey" => """{"name":"web/refused","type":"ec-p256"}""",
        "attestBroker" => $$"""{"nonce":"{{new string('A', 43)}}"}""",
        "sign" => """{"alg":"ES256","message":"AA"}""",
        "verify" => """{"alg":"ES256","message":"AA","signature":"AA"}""",
        "encrypt" => """{"plaintext":"AA"}""",
        "decrypt" => """{"ciphertext":"kb:v1:AAAA"}""",
        "mac" => """{"message":"AA"}""",
        "verifyMac" => """{"message":"AA","mac":"AA"}""",
        "wrap" => """{"key":"AA"}""",
        "unwrap" => """{"wrapped":"kb:v1:AAAA"}""",
        "rewrap" => """{"ciphertext":"kb:v1:AAAA"}""",
        "agree" => $$"""{"peer":{{ApiWalk.Peer}}}""",
        "releaseKey" => """{"to":"enc"}""",
        "random" => """{"bytes":8}""",
        "sealSecret" => """{"value":"AA"}""",
        "releaseSecret" => """{"to":"enc"}""",
        "activate" => """{"secret":"AA"}""",
        "revokeKey" or "revokeSecret" => """{"reason":"unspecified"}""",
        "labelMachine" => """{"labels":{}}""",
        "evaluatePolicies" => """{"jti":"none"}""",
        "installCertificate" => """{"chain":"none"}""",
        "whatIfPolicies" => """{"files":{}}""",
        _ => operation.HasBody ? "{}" : null,
    };

    private static ByteArrayContent Json(byte[] bytes) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
