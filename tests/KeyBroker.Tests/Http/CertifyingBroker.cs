using System.Security.Cryptography;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Testing;
using Xunit;

namespace KeyBroker.Tests.Http;

/// <summary>A broker that trusts one maker of TPMs and has a deny list.</summary>
public sealed class CertifyingBroker : IAsyncLifetime
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("kb-ek-");
    private RunningBroker? _broker;

    public TpmMaker Maker { get; } = new(TimeProvider.System.GetUtcNow());

    public RunningBroker Broker => _broker!;

    public string DenyList => Path.Combine(_scratch.FullName, "denied");

    private string Roots => Path.Combine(_scratch.FullName, "roots");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Roots);
        await File.WriteAllTextAsync(Path.Combine(Roots, "maker.pem"), PemEncoding.WriteString("CERTIFICATE", Maker.Root.Encoded.Span));
        await File.WriteAllTextAsync(DenyList, "# nobody yet\n");
        _broker = await RunningBroker.StartAsync($"--KeyBroker:EndorsementRoots={Roots}", $"--KeyBroker:EndorsementDenyList={DenyList}");
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        Maker.Dispose();
        _scratch.Delete(recursive: true);
    }

    /// <summary>Enrols with the certificate that the maker gave its TPM, or with another.</summary>
    public async Task<Answer> EnrollAsync(SoftwareMachine machine, byte[]? certificate = null, byte[][]? intermediates = null)
    {
        var opened = await machine.RequestEnrollmentAsync(edit: body =>
        {
            body["ek"]!["certificate"] = Base64Url.Encode(certificate ?? Maker.Certify(machine.Ek));
            body["ek"]!["intermediates"] = new JsonArray(
                [.. (intermediates ?? [Maker.Intermediate]).Select(each => JsonValue.Create(Base64Url.Encode(each)))]);
        });
        return opened.Status == 201 ? await machine.ActivateAsync(opened, machine.Open(opened, machine.Ak.Public)) : opened;
    }

    /// <summary>Puts a policy in force; PCR 7 has the value that machines of these tests quote.</summary>
    public async Task AllowAsync(string machines)
    {
        await File.WriteAllTextAsync(Path.Combine(Broker.Policies, "certified.yaml"), $$"""
            apiVersion: keybroker/v1
            kind: Policy
            metadata: { name: certified }
            spec:
              machines: { {{machines}} }
              pcrs: { require: [ { pcr: 7, anyOf: [ { value: "{{SoftwareMachine.GoodRegister}}" } ] } ] }
              grants: [ { keys: ["web/*"], allow: [read] } ]
            """);
        await Broker.AdministerAsync("policies/reload");
    }

    public async Task<JsonNode> ShowAsync(SoftwareMachine machine) =>
        JsonNode.Parse(await Broker.Admin.GetStringAsync($"/v1/admin/machines/{machine.Id}"))!;
}
