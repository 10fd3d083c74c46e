using System.Text.Json.Nodes;
using KeyBroker.Cli;
using KeyBroker.Cli.Commands.Batches;
using KeyBroker.Cli.Commands.Keys;
using KeyBroker.Testing;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Batches: what a line may be, and how lines become calls.</summary>
public sealed class BatchTests
{
    [Theory]
    [InlineData("aGk", """{"message":"aGk"}""")]
    [InlineData("+/+/", """{"message":"-_-_"}""")]
    [InlineData("aGk=", """{"message":"aGk"}""")]
    [InlineData("""  {"text":"hi","version":2} """, """{"version":2,"message":"aGk"}""")]
    [InlineData("""{"digest":"aGk","alg":"RS256"}""", """{"digest":"aGk","alg":"RS256"}""")]
    public void Reads_a_line_as_an_item(string line, string expected)
    {
        var item = Assert.Single(Read(KeyUse.Sign, line));

        Assert.Null(item.Fault);
        Assert.Equal(expected, item.Body!.ToJsonString());
    }

    [Theory]
    [InlineData("not base64", "message")]
    [InlineData("{", "JSON")]
    [InlineData("""{"message":"aGk","message":"aGk"}""", "JSON")]
    [InlineData("""{"mesage":"aGk"}""", "mesage")]
    [InlineData("""{"message":7}""", "message")]
    [InlineData("""{"text":"a","message":"aGk"}""", "both")]
    [InlineData("""{"alg":"ES256"}""", "missing")]
    [InlineData("""{"id":null,"text":"a"}""", "id")]
    public void Says_what_is_wrong_with_a_line(string line, string named)
    {
        var item = Assert.Single(Read(KeyUse.Sign, line));

        Assert.Null(item.Body);
        Assert.Contains(named, item.Fault);
    }

    [Fact]
    public void A_peer_is_an_object_and_a_data_key_needs_nothing()
    {
        Assert.Equal("P-256", (string?)Assert.Single(Read(KeyUse.Agree, """{"peer":{"crv":"P-256"},"version":2}""")).Body!["peer"]!["crv"]);
        Assert.NotNull(Assert.Single(Read(KeyUse.Agree, """{"version":2}""")).Fault);
        Assert.Null(Assert.Single(Read(KeyUse.DataKey, "{}")).Fault);
        Assert.NotNull(Assert.Single(Read(KeyUse.DataKey, """{"length":32}""")).Fault);
    }

    [Fact]
    public void A_ciphertext_stands_as_it_is() =>
        Assert.Equal("kb:v1:abc", (string?)Assert.Single(Read(KeyUse.Decrypt, "kb:v1:abc")).Body!["ciphertext"]);

    [Theory]
    [InlineData(256, 4, new[] { 256 })]
    [InlineData(600, 4, new[] { 256, 256, 88 })]
    [InlineData(30, 87_000, new[] { 11, 11, 8 })]
    public void Cuts_chunks_by_number_and_by_size(int items, int size, int[] expected)
    {
        var lines = string.Concat(Enumerable.Repeat(new string('A', size) + "\n", items));

        Assert.Equal(expected, BatchChunks.Of(Read(KeyUse.Sign, lines)).Select(chunk => chunk.Count));
    }

    [Fact]
    public void Lines_keep_their_numbers_and_ids()
    {
        var items = Read(KeyUse.Sign, "\naGk\n\n{\"id\":{\"a\":1},\"text\":\"x\"}\n").ToList();

        Assert.Equal([2, 4], items.Select(item => item.Number));
        Assert.Equal("""{"line":4,"id":{"a":1},"result":{}}""", items[1].Answer("result", new JsonObject()).ToJsonString());
    }

    [Fact]
    public async Task Answers_every_line_at_fault_and_ends_with_1()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        await machine.DoAsync("key", "create", "web/signer");

        var ran = await machine.WithInputAsync("{\n{\"id\":7,\"mesage\":\"\"}\n", "key", "sign", "web/signer", "--batch", "-");

        Assert.Equal(ExitCode.Denied, ran.ExitCode);
        Assert.Equal(["line-malformed", "line-malformed"], ran.Lines.Select(line => (string?)JsonNode.Parse(line)!["error"]!["code"]));
        Assert.Equal(7, (int?)JsonNode.Parse(ran.Lines[1])!["id"]);
        Assert.Contains("2 of 2 items failed", ran.Error);
        Assert.Equal(ExitCode.Usage, (await machine.RunAsync("key", "sign", "web/signer", "--batch", "-", "--message", "m")).ExitCode);
    }

    private static IEnumerable<BatchLine> Read(KeyUse use, string lines) => new BatchLines(use).Read(new StringReader(lines));
}
