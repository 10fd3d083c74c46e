using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Hosting;

/// <summary>Policy files as data, given to a running broker: it refuses what is not meant, and says where; the control beside it is taken.</summary>
public sealed class PolicyVectorTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static readonly VectorFolder s_folder = new("policy");

    public static TheoryData<string> Vectors => [.. s_folder.Names];

    [Theory, MemberData(nameof(Vectors))]
    public async Task Answers_as_the_vector_expects(string vector)
    {
        var file = s_folder.Read(vector);
        var answer = await EvaluateAsync((string)file["policy"]! + new string(' ', (int?)file["spacesAfter"] ?? 0));
        if ((string?)file["expect"]!["code"] is { } code)
        {
            answer.IsRefused(422, code);
            Assert.Contains((string)file["expect"]!["says"]!, string.Join('\n', answer.Json["reasons"]!.AsArray().Select(reason => reason!["message"])), StringComparison.Ordinal);
            Assert.All(answer.Json["reasons"]!.AsArray(), reason => Assert.StartsWith("a.yaml:", reason!["path"]!.GetValue<string>(), StringComparison.Ordinal));
        }
        else
        {
            answer.IsRefused(404, "not-found"); // The set is good; there is no such attestation.
        }

        (await EvaluateAsync((string)file["control"]!)).IsRefused(404, "not-found");
    }

    [Fact]
    public void Every_attack_has_its_vector_and_every_vector_its_attack()
    {
        if (VectorFolder.IsToBeWritten)
        {
            s_folder.Clear();
            foreach (var attack in PolicyAttacks.All)
            {
                s_folder.Write(attack.Name, Describe(attack));
            }
        }

        Assert.Equal(PolicyAttacks.All.Select(attack => attack.Name).Order(StringComparer.Ordinal), s_folder.Names);
    }

    private static JsonObject Describe(PolicyAttack attack)
    {
        var vector = new JsonObject
        {
            ["covers"] = attack.Covers,
            ["expect"] = attack.Says is null ? [] : new JsonObject { ["code"] = "policy-invalid", ["says"] = attack.Says },
            ["policy"] = attack.Mutate(PolicyAttacks.Good),
            ["control"] = PolicyAttacks.Good,
        };
        if (attack.SpacesAfter > 0)
        {
            vector["spacesAfter"] = attack.SpacesAfter;
        }

        return vector;
    }

    private async Task<Answer> EvaluateAsync(string policy)
    {
        var body = new JsonObject { ["files"] = new JsonObject { ["a.yaml"] = policy }, ["jti"] = "none" };
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await broker.Admin.PostAsync("/v1/admin/policies/evaluate", content, TestContext.Current.CancellationToken);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.ToString());
    }
}
