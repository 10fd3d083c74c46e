using System.Text.Json.Nodes;
using WireMock.ResponseBuilders;
using Xunit;

namespace KeyBroker.Tests.Verifiers;

/// <summary>VER-42, VER-45: what goes wrong at each step of a session lets nobody in, and the session after it does.</summary>
public sealed class VeraisonFaultTests
{
    private const string Session = "application/vnd.veraison.challenge-response-session+json";
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    private static readonly (string Name, Func<IResponseBuilder> Answer)[] s_faults =
    [
        ("500", () => Response.Create().WithStatusCode(500)),
        ("503", () => Response.Create().WithStatusCode(503)),
        ("429 for an hour", () => Response.Create().WithStatusCode(429).WithHeader("Retry-After", "3600")),
        ("401", () => Response.Create().WithStatusCode(401)),
        ("a redirect", () => Response.Create().WithStatusCode(302).WithHeader("Location", "http://127.0.0.1:1/asked/session/1")),
        ("no session", () => Response.Create().WithStatusCode(200).WithHeader("Content-Type", "text/html").WithBody("<p>welcome</p>")),
        ("half a document", () => Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session).WithBody("""{"state":"compl""")),
        ("two states", () => Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session).WithBody("""{"state":"complete","state":"failed","result":"a.b.c"}""")),
        ("complete, without a result", () => Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session).WithBody("""{"state":"complete"}""")),
        ("a huge body", () => Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session).WithBody(new string(' ', 300_000))),
        ("slow", () => Response.Create().WithStatusCode(200).WithDelay(TimeSpan.FromSeconds(6))),
    ];

    [Theory]
    [InlineData("/asked/newSession", "POST")]
    [InlineData("/asked/session/1", "POST")]
    [InlineData("/asked/session/1", "GET")]
    public async Task No_step_that_goes_wrong_lets_in(string path, string method)
    {
        await using var asked = await AskedVerifier.StartAsync("veraison", null, "Timeout=2s", "AttemptTimeout=1s", "Retries=1", "CircuitFailures=1000");
        foreach (var (name, answer) in s_faults)
        {
            Behave(asked);
            asked.Verifier.On(path, method, answer());
            var refused = await asked.AttestAsync().WaitAsync(s_bound, TestContext.Current.CancellationToken);
            Assert.True(refused.Status == 503, $"{name}: {refused.Status} {refused.Text}");
            refused.IsRefused(503, "verifier-unavailable", "policy-result");

            Behave(asked);
            await asked.AllowedAsync();
        }
    }

    /// <summary>A session as it should be: opened, fed, looked at once, and closed.</summary>
    private static void Behave(AskedVerifier asked)
    {
        var verifier = asked.Verifier;
        byte[] runtime = [];
        verifier.On("/asked/newSession", "POST", Response.Create().WithStatusCode(201).WithHeader("Content-Type", Session)
            .WithHeader("Location", "session/1").WithBody(Document("waiting")));
        verifier.On("/asked/session/1", "POST", Response.Create().WithStatusCode(202).WithHeader("Content-Type", Session).WithBody(request =>
        {
            runtime = AskedVerifier.RuntimeOf(request.Body);
            return Document("processing");
        }));
        verifier.On("/asked/session/1", "GET", Response.Create().WithStatusCode(200).WithHeader("Content-Type", Session)
            .WithBody(_ => Document("complete", asked.Result(runtime))));
        verifier.On("/asked/session/1", "DELETE", Response.Create().WithStatusCode(204));
    }

    private static string Document(string state, string? result = null)
    {
        var document = new JsonObject { ["nonce"] = "AA", ["expiry"] = "2030-10-12T07:20:50.52Z", ["accept"] = new JsonArray(), ["state"] = state };
        if (result is not null)
        {
            document["result"] = result;
        }

        return document.ToJsonString();
    }
}
