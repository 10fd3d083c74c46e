using System.Text;
using KeyBroker.Attestation;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Enrollments;

/// <summary>The attacks on an EK certificate as data, sent to a running broker: none of them leaves a row, and the control beside it does.</summary>
public sealed class EndorsementVectorTests(VectorBroker vectors) : IClassFixture<VectorBroker>
{
    private BrokerStore Store => new(vectors.Broker);

    public static TheoryData<string> Vectors => [.. new VectorFolder("endorsement").Names];

    [Theory, MemberData(nameof(Vectors))]
    public async Task Answers_as_the_vector_expects(string vector)
    {
        var file = vectors.Folder.Read(vector);
        vectors.Deny((string)file["denyList"]!);
        var before = Store.Rows();
        var answer = await PostAsync((string)file["request"]!);
        if ((string?)file["expect"]!["code"] is { } code)
        {
            answer.IsRefused(ProblemCodes.StatusOf(code), code, (string?)file["expect"]!["reason"]);
            Assert.Equal(before, Store.Rows());
        }
        else
        {
            Assert.True(answer.Status == 201, answer.Text);
        }

        vectors.Deny("");
        before = Store.Rows();
        Assert.Equal(201, (await PostAsync((string)file["control"]!)).Status);
        Assert.Equal(before["enrollments"] + 1, Store.Rows()["enrollments"]);
    }

    [Fact]
    public void Every_attack_has_its_vector_and_every_vector_its_attack() =>
        Assert.Equal(EndorsementAttacks.All.Select(attack => attack.Name).Order(StringComparer.Ordinal), vectors.Folder.Names);

    private async Task<Answer> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await vectors.Broker.Tcp.PostAsync("/v1/enrollments", content, TestContext.Current.CancellationToken);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.ToString());
    }
}
