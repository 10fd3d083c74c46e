using System.Text.Json.Nodes;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace KeyBroker.Tests.Verifiers;

/// <summary>A remote verifier: it publishes keys, and answers as a test tells it to.</summary>
public sealed class FakeVerifier : IDisposable
{
    public const string Issuer = "https://verifier.example";
    public const string Audience = "keybroker";

    private readonly WireMockServer _server = WireMockServer.Start(new WireMockServerSettings { Urls = ["http://127.0.0.1:0"] });

    private int _answers;

    public FakeVerifier(VerifierKeyPair? key = null)
    {
        Key = key ?? VerifierKeyPair.Es256("first");
        Publish(Key);
    }

    public VerifierKeyPair Key { get; set; }

    public WireMockServer Server => _server;

    public string Url => _server.Urls[0].TrimEnd('/');

    public string Jwks => Url + "/jwks";

    public int Fetches => _server.LogEntries.Count(entry => entry.RequestMessage.Path == "/jwks");

    public int Requests(string path, string method = "POST") =>
        _server.LogEntries.Count(entry => entry.RequestMessage.Path == path && entry.RequestMessage.Method == method);

    public void Publish(params VerifierKeyPair[] keys) => PublishRaw(
        new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.Jwk())]) }.ToJsonString());

    public void PublishRaw(string body) => On("/jwks", "GET", Json(body));

    public static IResponseBuilder Json(string body, int status = 200) =>
        Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json").WithBody(body);

    public static IResponseBuilder Token(string body) =>
        Response.Create().WithStatusCode(200).WithHeader("Content-Type", "application/eat+jwt").WithBody(body);

    /// <summary>The newest answer to a request counts.</summary>
    public void On(string path, string method, IResponseBuilder answer) =>
        _server.Given(Request.Create().WithPath(path).UsingMethod(method)).AtPriority(int.MaxValue - ++_answers).RespondWith(answer);

    /// <summary>The settings of this verifier for a broker.</summary>
    public string[] Settings(string name, string profile = "ear", params string[] more) =>
    [
        .. new[]
        {
            "Kind=passport", $"Issuer={Issuer}", $"Audience={Audience}", $"Algorithms={Key.Algorithm}", $"Jwks={Jwks}", $"Profile={profile}",
        }.Concat(more).Select(setting => $"--KeyBroker:Verifiers:{name}:{setting}"),
    ];

    public string[] BackgroundSettings(string name, string api, params string[] more) =>
    [
        .. Settings(name).Skip(1),
        .. new[] { "Kind=background", $"Api={api}", $"Url={Url}/{name}" }.Concat(more).Select(setting => $"--KeyBroker:Verifiers:{name}:{setting}"),
    ];

    public void Dispose()
    {
        _server.Stop();
        _server.Dispose();
        Key.Dispose();
    }
}
