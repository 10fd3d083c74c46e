using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Client;
using KeyBroker.Testing;
using Microsoft.Data.Sqlite;

namespace KeyBroker.EndToEnd.Tests;

/// <summary>Secrets with a known text in them, and every place where that text must not turn up.</summary>
public sealed class CanaryTests
{
    private const int Times = 1000;
    private const string Canary = "CANARY-7f3a9c51";
    private static readonly byte[][] s_spellings = [.. Spellings()];

    [Fact]
    public async Task A_thousand_releases_and_decryptions_leave_no_trace_but_in_their_answers()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        using var client = Client(broker, machine);
        var ciphertext = await PutAsync(client);

        // What was put arrived in the clear; a broker that never saw it put has nothing to remember.
        await broker.RestartAsync();
        // A thousand times the TPM would take its time.
        await client.AttestAsync(new AttestationChoices { EncryptionKey = EncryptionKeyKind.Software }, TestContext.Current.CancellationToken);
        await EachAsync(() => ReleaseAsync(client));
        var left = ProcessMemory.Count(broker.Id, s_spellings);
        TestContext.Current.TestOutputHelper!.WriteLine($"after {Times} releases as JWE: {left} canaries in the broker's memory");
        Assert.Equal(0, left);

        await EachAsync(() => DecryptAsync(client, ciphertext));
        left = ProcessMemory.Count(broker.Id, s_spellings);
        TestContext.Current.TestOutputHelper!.WriteLine($"after {Times} decryptions in the clear: {left} canaries in the broker's memory");
        using var http = new HttpClient();
        Assert.DoesNotContain(Canary, await http.GetStringAsync(broker.Url + "/metrics", TestContext.Current.CancellationToken));
        Assert.All(Spelled(broker.Said), Assert.False);
        Assert.All(Spelled(Records(broker)), Assert.False);
    }

    [Fact]
    public async Task Keys_that_leave_encrypted_leave_no_trace()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var machine = await Workload.AllowedAsync(broker);
        using var client = Client(broker, machine);
        await MakeAsync(client, new() { ["name"] = "web/data", ["type"] = "aes-256" });
        await MakeAsync(client, new() { ["name"] = "web/out", ["type"] = "rsa-2048", ["protection"] = "sealed", ["exportable"] = true });
        var canaries = new List<byte[]>();
        for (var time = 0; time < 100; time++)
        {
            var key = client.Open((await UseAsync(client, "web/data", "data-key", [])).Text("jwe"));
            var random = client.Open((await client.CallAsync(
                HttpMethod.Post, "/v1/random", new() { ["bytes"] = 48, ["to"] = "enc" }, TestContext.Current.CancellationToken)).Text("jwe"));
            canaries.AddRange(key, random, Encoding.ASCII.GetBytes(Encode(key)), Encoding.ASCII.GetBytes(Encode(random)));
        }

        var jwk = JsonNode.Parse(client.Open((await UseAsync(client, "web/out", "release", new() { ["to"] = "enc" })).Text("jwe")))!;
        canaries.AddRange(new[] { "d", "p", "q", "dp", "dq", "qi" }.Select(member => Encoding.ASCII.GetBytes((string)jwk[member]!)));
        var left = ProcessMemory.Count(broker.Id, [.. canaries]);
        TestContext.Current.TestOutputHelper!.WriteLine($"{left} of {canaries.Count} canaries in the broker's memory");
        Assert.Equal(0, left);
        var store = await File.ReadAllBytesAsync(Path.Combine(broker.StateDirectory, "keybroker.db"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(canaries, canary => store.AsSpan().IndexOf(canary) >= 0);
        Assert.DoesNotContain(canaries, canary => broker.Said.Contains(Encoding.Latin1.GetString(canary), StringComparison.Ordinal));
    }

    private static Task<BrokerResult> MakeAsync(BrokerClient client, JsonObject key) =>
        client.CallAsync(HttpMethod.Post, "/v1/keys", key, TestContext.Current.CancellationToken);

    private static Task<BrokerResult> UseAsync(BrokerClient client, string name, string verb, JsonObject body) =>
        client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath(name, verb), body, TestContext.Current.CancellationToken);

    private static async Task<string> PutAsync(BrokerClient client)
    {
        foreach (var (name, value) in new[] { ("short", Canary), ("long", string.Concat(Enumerable.Repeat(Canary, 40))) })
        {
            var body = new JsonObject { ["value"] = Encode(value) };
            await client.CallAsync(HttpMethod.Put, BrokerClient.SecretPath($"web/{name}"), body, TestContext.Current.CancellationToken);
        }

        var key = new JsonObject { ["name"] = "web/box", ["type"] = "aes-256" };
        await client.CallAsync(HttpMethod.Post, "/v1/keys", key, TestContext.Current.CancellationToken);
        var sealing = new JsonObject { ["plaintext"] = Encode(Canary) };
        var sealedText = await client.CallAsync(HttpMethod.Post, BrokerClient.KeyPath("web/box", "encrypt"), sealing, TestContext.Current.CancellationToken);
        return sealedText.Text("ciphertext");
    }

    private static async Task ReleaseAsync(BrokerClient client)
    {
        foreach (var name in new[] { "web/short", "web/long" })
        {
            var released = await client.CallAsync(
                HttpMethod.Post, BrokerClient.SecretPath(name, "release"), new JsonObject { ["to"] = "enc" }, TestContext.Current.CancellationToken);
            Assert.StartsWith(Canary, Encoding.UTF8.GetString(client.Open(released.Text("jwe"))));
        }
    }

    private static async Task DecryptAsync(BrokerClient client, string ciphertext)
    {
        var opened = await client.CallAsync(
            HttpMethod.Post, BrokerClient.KeyPath("web/box", "decrypt"), new JsonObject { ["ciphertext"] = ciphertext }, TestContext.Current.CancellationToken);
        Assert.Equal(Encode(Canary), opened.Text("plaintext"));
    }

    private static Task EachAsync(Func<Task> act) => Parallel.ForAsync(
        0, Times, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, _) => await act());

    private static BrokerClient Client(BrokerProcess broker, Workload machine) => new(new BrokerClientOptions
    {
        Broker = new Uri(broker.Url),
        StateFolder = machine.State,
        Tpm = machine.Tpm.Tcti,
    });

    private static string Records(BrokerProcess broker)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(broker.StateDirectory, "keybroker.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT group_concat(record, char(10)) FROM audit";
        return (string)command.ExecuteScalar()!;
    }

    private static IEnumerable<bool> Spelled(string text) =>
        s_spellings.Select(spelling => text.Contains(Encoding.Latin1.GetString(spelling), StringComparison.OrdinalIgnoreCase));

    /// <summary>As it is, in UTF-16, in hex, and the parts of it that do not depend on where base64 begins.</summary>
    private static IEnumerable<byte[]> Spellings()
    {
        yield return Encoding.UTF8.GetBytes(Canary);
        yield return Encoding.Unicode.GetBytes(Canary);
        yield return Encoding.UTF8.GetBytes(Convert.ToHexString(Encoding.UTF8.GetBytes(Canary)));
        for (var shift = 0; shift < 3; shift++)
        {
            var inner = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new string(' ', shift) + Canary))[4..^4];
            yield return Encoding.UTF8.GetBytes(inner);
            yield return Encoding.Unicode.GetBytes(inner);
        }
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
