using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Testing;
using KeyBroker.Tests.Http;
using Xunit;

namespace KeyBroker.Tests.Enrollments;

/// <summary>The attacks on a request to enrol as data, sent to a running broker: none of them leaves a row, and the control beside it does.</summary>
public sealed class EnrollmentVectorTests(RunningBroker broker) : IClassFixture<RunningBroker>
{
    private static readonly VectorFolder s_folder = new("enrolment");

    private BrokerStore Store => new(broker);

    public static TheoryData<string> Vectors => [.. s_folder.Names];

    [Theory, MemberData(nameof(Vectors))]
    public async Task Answers_as_the_vector_expects(string vector)
    {
        var file = s_folder.Read(vector);
        var before = Store.Rows();
        var body = (string)file["request"]! + new string(' ', (int?)file["spacesAfter"] ?? 0);
        var answer = await PostAsync(body, (string?)file["contentType"] ?? "application/json");
        if ((string?)file["expect"]!["code"] is { } code)
        {
            answer.IsRefused(ProblemCodes.StatusOf(code), code, (string?)file["expect"]!["reason"]);
            Assert.Equal(before, Store.Rows());
        }
        else
        {
            Assert.True(answer.Status == 201, answer.Text);
        }

        before = Store.Rows();
        Assert.Equal(201, (await PostAsync((string)file["control"]!, "application/json")).Status);
        Assert.Equal(before["enrollments"] + 1, Store.Rows()["enrollments"]);
    }

    [Fact]
    public void Every_attack_has_its_vector_and_every_vector_its_attack()
    {
        if (VectorFolder.IsToBeWritten)
        {
            WriteAll();
        }

        Assert.Equal(EnrollmentAttacks.All.Select(attack => attack.Name).Order(StringComparer.Ordinal), s_folder.Names);
    }

    private async Task<Answer> PostAsync(string body, string contentType)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var answer = await broker.Tcp.PostAsync("/v1/enrollments", content, TestContext.Current.CancellationToken);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.ToString());
    }

    private static void WriteAll()
    {
        s_folder.Clear();
        using var good = new EnrollmentCase();
        foreach (var attack in EnrollmentAttacks.All)
        {
            s_folder.Write(attack.Name, Describe(attack, good));
        }
    }

    private static JsonObject Describe(EnrollmentAttack attack, EnrollmentCase good)
    {
        var expect = new JsonObject();
        if (attack.Code is not null)
        {
            expect["code"] = attack.Code;
        }

        if (attack.Reason is not null)
        {
            expect["reason"] = attack.Reason;
        }

        var vector = new JsonObject { ["expect"] = expect };
        if (attack.ContentType != "application/json")
        {
            vector["contentType"] = attack.ContentType;
        }

        if (attack.SpacesAfter > 0)
        {
            vector["spacesAfter"] = attack.SpacesAfter;
        }

        vector["request"] = attack.Mutate(good);
        vector["control"] = good.Good;
        return vector;
    }
}
