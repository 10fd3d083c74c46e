using System.Net.Http.Headers;
using System.Text;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;

namespace KeyBroker.Tests.Http;

/// <summary>A client that is configured at the broker, with the nonces it makes.</summary>
internal sealed class RelyingParty(RunningBroker broker, string id = "shop", string secret = RunningBroker.ClientSecret)
{
    /// <summary>Replaces the credentials; null sends none.</summary>
    public Func<AuthenticationHeaderValue?>? Credentials { get; init; }

    public static AuthenticationHeaderValue Basic(string id, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));

    public Task<Answer> IntrospectAsync(string token) => IntrospectAsync(new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]));

    public Task<Answer> IntrospectAsync(HttpContent form) => PostAsync("/v1/introspection", form);

    /// <summary>Evidence that the machine made over a nonce of this relying party's.</summary>
    public Task<Answer> AppraiseAsync(SoftwareMachine machine, byte[] nonce, Func<EvidenceBuilder, EvidenceBuilder>? change = null)
    {
        var good = EvidenceBuilder.Good(machine.Ak, nonce) with
        {
            Machine = machine.Id,
            Cnf = SoftwareMachine.Jwk(machine.Proof),
            Clock = machine.Clock,
        };
        return AppraiseAsync(Encoding.UTF8.GetString((change?.Invoke(good) ?? good).Build()));
    }

    public Task<Answer> AppraiseAsync(string body) => PostAsync("/v1/appraisals", new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>The claims of an appraisal that was answered.</summary>
    public static System.Text.Json.Nodes.JsonNode Claims(Answer answer) =>
        System.Text.Json.Nodes.JsonNode.Parse(Base64Url.Decode(answer.Json["result"]!.GetValue<string>().Split('.')[1]))!;

    private async Task<Answer> PostAsync(string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Authorization = Credentials is null ? Basic(id, secret) : Credentials();
        using var answer = await broker.Tcp.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.ToString());
    }
}
