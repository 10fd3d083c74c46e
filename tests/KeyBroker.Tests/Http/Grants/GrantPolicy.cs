namespace KeyBroker.Tests.Http.Grants;

/// <summary>A policy of one role, whose grants the test writes line by line.</summary>
internal static class GrantPolicy
{
    public static async Task WriteAsync(RunningBroker broker, string role, params string[] grants)
    {
        await File.WriteAllTextAsync(Path.Combine(broker.Policies, role + ".yaml"), $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: {{role}} }
            spec:
              machines: { labels: { role: {{role}} }, trust: [approved] }
              pcrs:
                require:
                  - { pcr: 7, anyOf: [ { value: "{{SoftwareMachine.GoodRegister}}", label: "known good" } ] }
              grants:
            {{string.Join('\n', grants.Select(grant => $"    - {{ {grant} }}"))}}
            """);
        await broker.AdministerAsync("policies/reload");
    }

    /// <summary>A machine of a role of its own under these grants, attested.</summary>
    public static async Task<SoftwareMachine> MachineAsync(RunningBroker broker, params string[] grants)
    {
        var role = "grants-" + Guid.NewGuid().ToString("N");
        await WriteAsync(broker, role, grants);
        return await SoftwareMachine.AttestedAsync(broker, role);
    }

    public static async Task CreateAsync(SoftwareMachine machine, string name, string type) => Xunit.Assert.Equal(
        201, (await machine.CallAsync("POST", "/v1/keys", $$"""{"name":"{{name}}","type":"{{type}}"}""")).Status);

    public static Task<Answer> UseAsync(SoftwareMachine machine, string name, string verb, string body) =>
        machine.CallAsync("POST", $"/v1/keys/{Uri.EscapeDataString(name)}/{verb}", body);
}
