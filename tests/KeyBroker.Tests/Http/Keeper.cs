using System.Text.Json.Nodes;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>A machine that may do everything with <c>web/*</c>, with the key that it attested as <c>enc</c> unless asked otherwise.</summary>
internal sealed class Keeper : IDisposable
{
    public const string Everything =
        "create, read, sign, verify, encrypt, decrypt, mac, mac-verify, wrap, unwrap, data-key, agree, rewrap, release, rotate";

    private Keeper(SoftwareMachine machine) => Machine = machine;

    public SoftwareMachine Machine { get; }

    public JweHolder Enc { get; } = new();

    public static async Task<Keeper> StartAsync(RunningBroker broker, string allow = Everything, bool withEnc = true, bool demandsEnc = false)
    {
        var role = "keeper-" + Guid.NewGuid().ToString("N");
        broker.WritePolicy(role, SoftwareMachine.GoodRegister, allow, demandsEnc ? ", to: enc" : "");
        await broker.AdministerAsync("policies/reload");
        var keeper = new Keeper(await SoftwareMachine.ActiveAsync(broker, role));
        var attested = await keeper.Machine.AttestAsync(evidence => evidence with { Enc = withEnc ? keeper.Enc.Jwk : null });
        keeper.Machine.Token = attested.Json["token"]!.GetValue<string>();
        return keeper;
    }

    public async Task<JsonNode> CreateAsync(string name, string type, string? protection = null, params string[] operations)
    {
        var body = new JsonObject { ["name"] = name, ["type"] = type };
        _ = protection is null || body.TryAdd("protection", protection);
        _ = operations.Length == 0 || body.TryAdd("operations", new JsonArray([.. operations.Select(operation => JsonValue.Create(operation))]));
        return await DoneAsync(Machine.CallAsync("POST", "/v1/keys", body.ToJsonString()), 201);
    }

    public Task<Answer> CallAsync(string name, string verb, JsonObject? body = null) =>
        Machine.CallAsync("POST", $"/v1/keys/{Uri.EscapeDataString(name)}/{verb}", (body ?? []).ToJsonString());

    public async Task<JsonNode> UseAsync(string name, string verb, JsonObject? body = null) =>
        (await DoneAsync(CallAsync(name, verb, body), 200))["result"]!;

    public void Dispose()
    {
        Machine.Dispose();
        Enc.Dispose();
    }

    private static async Task<JsonNode> DoneAsync(Task<Answer> call, int status)
    {
        var answer = await call;
        Assert.True(answer.Status == status, answer.Text);
        return answer.Json;
    }
}
