using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http.Api;

/// <summary>Sends requests to a broker and holds every answer to the file; remembers what it saw.</summary>
internal sealed class ApiWitness(ApiFile file, RunningBroker broker)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<(ApiOperation Operation, int Status, long Records)> _recorded = [];

    public ApiFile File => file;

    /// <summary>The machine whose token goes with what needs one; null for none.</summary>
    public SoftwareMachine? Machine { get; set; }

    /// <summary>Where the records of each answer are counted; null where they are not.</summary>
    public Func<long>? Records { get; init; }

    /// <summary>What was seen, and how many records of the audit each had.</summary>
    public IReadOnlyList<(ApiOperation Operation, int Status, long Records)> Recorded => _recorded;

    /// <summary>What was seen, as <c>sign 200</c> or <c>sign 409 key-state</c>.</summary>
    public IReadOnlySet<string> Seen => _seen;

    public async Task<JsonNode?> SucceedAsync(string id, string? segment = null, string? body = null, string accept = "application/json", Action<HttpRequestMessage>? edit = null)
    {
        var operation = file.Operations[id];
        var misfit = body is null ? null : operation.WhatIsWrongWithRequest(body);
        Assert.True(misfit is null, $"{id} {body}: {misfit}");
        var (status, type, text) = await SendAsync(id, segment, body, request =>
        {
            request.Headers.Accept.ParseAdd(accept);
            edit?.Invoke(request);
        });
        Assert.True(status is 200 or 201, $"{id}: {status} {text}");
        return type == "application/json" ? JsonNode.Parse(text) : null;
    }

    public async Task RefuseAsync(
        string expected, string id, string? segment = null, string? body = null, Action<HttpRequestMessage>? edit = null, bool otherDoor = false)
    {
        var (status, _, text) = await SendAsync(id, segment, body, edit, otherDoor);
        Assert.True($"{status} {JsonNode.Parse(text)!["code"]}" == expected, $"{id}, {expected} expected: {status} {text}");
    }

    private async Task<(int Status, string? Type, string Text)> SendAsync(
        string id, string? segment, string? body, Action<HttpRequestMessage>? edit, bool otherDoor = false)
    {
        var operation = file.Operations[id];
        var path = Fill(operation.Path, segment);
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, new UTF8Encoding(false), new MediaTypeHeaderValue("application/json"));
        if (operation.NeedsToken && Machine is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "DPoP " + Machine.Token);
            request.Headers.TryAddWithoutValidation("DPoP", Machine.MakeProof(operation.Method, broker.Origin + path.Split('?')[0]));
        }

        request.Headers.Authorization = operation.NeedsClient ? RelyingParty.Basic("shop", RunningBroker.ClientSecret) : request.Headers.Authorization;
        edit?.Invoke(request);
        var before = Records?.Invoke() ?? 0;
        using var answer = await (operation.IsAdministrative != otherDoor ? broker.Admin : broker.Tcp).SendAsync(request);
        var (status, type) = ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        _recorded.Add((operation, status, (Records?.Invoke() ?? 0) - before));
        Assert.False(answer.Headers.Contains("Set-Cookie"), $"{id} sets a cookie"); // Threat G11.
        Hold(operation, (status, type, text));
        return (status, type, text);
    }

    private void Hold(ApiOperation operation, (int Status, string? Type, string Text) answer)
    {
        var code = answer.Type == "application/problem+json" ? JsonNode.Parse(answer.Text)!["code"]!.GetValue<string>() : null;
        if (code is not null && file["/x-problem-codes"][$"{answer.Status}"]?.AsArray().Any(any => $"{any}" == code) is true)
        {
            var schema = file["/components/schemas/Problem"];
            Assert.Null(new SchemaCheck(pointer => file[pointer]).Find(schema, JsonNode.Parse(answer.Text), "$"));
        }
        else
        {
            var wrong = operation.WhatIsWrongWith(answer.Status, answer.Type, answer.Text);
            Assert.True(wrong is null, $"{operation.Id} {answer.Status}: {wrong}");
            Assert.True(code is null || operation.Lists(answer.Status, code), $"{operation.Id} does not list {answer.Status} {code}");
        }

        _seen.Add(code is null ? $"{operation.Id} {answer.Status}" : $"{operation.Id} {answer.Status} {code}");
    }

    /// <summary>Puts a segment in place of the parameter; what begins with ? or / goes to the end.</summary>
    private static string Fill(string path, string? segment)
    {
        var isTail = segment is ['?' or '/', ..];
        var (open, close) = (path.IndexOf('{', StringComparison.Ordinal), path.IndexOf('}', StringComparison.Ordinal));
        var filled = open < 0 ? path : path[..open] + (isTail ? "none" : segment) + path[(close + 1)..];
        return isTail ? filled + segment : filled;
    }
}
