using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Gate;
using KeyBroker.Testing;
using KeyBroker.Tests.Storage;
using Xunit;

namespace KeyBroker.Tests.Gate;

/// <summary>The attacks on a DPoP proof as data: each file holds the request, the clock, the proof, and the unmodified one beside it.</summary>
public sealed class ProofVectorTests
{
    private static readonly VectorFolder s_folder = new("dpop");

    public static TheoryData<string> Vectors => [.. s_folder.Names];

    [Theory, MemberData(nameof(Vectors))]
    public async Task Answers_as_the_vector_expects(string vector)
    {
        var file = s_folder.Read(vector);
        using var keys = new ProofKeys();
        await AnswersAsync(file, keys);
        await using var untouched = new TemporaryDatabase();
        Assert.Null(await RefusalAsync(untouched, keys, (string)file["control"]!, RequestOf(file)));

        // And no other answer once the good proof's key is kept.
        await AnswersAsync(file, keys);
    }

    [Fact]
    public void Every_attack_has_its_vector_and_every_vector_its_attack()
    {
        if (VectorFolder.IsToBeWritten)
        {
            WriteAll();
        }

        Assert.Equal(ProofAttacks.All.Select(attack => attack.Name).Order(StringComparer.Ordinal), s_folder.Names);
    }

    private static async Task AnswersAsync(JsonNode file, ProofKeys keys)
    {
        await using var store = new TemporaryDatabase();
        var request = RequestOf(file);
        if ((string?)file["shownBefore"] is { } shown)
        {
            Assert.Null(await RefusalAsync(store, keys, shown, request));
        }

        var expected = file["expect"]!["code"] is { } code ? $"{code} {file["expect"]!["title"]}" : null;
        Assert.Equal(expected, await RefusalAsync(store, keys, (string)file["proof"]!, request));
    }

    /// <summary>Checks and spends a proof as the gate does.</summary>
    private static async Task<string?> RefusalAsync(TemporaryDatabase store, ProofKeys keys, string proof, ProofContext request)
    {
        try
        {
            var spent = new ProofLedger(store.Database, TimeProvider.System).Spend(DpopProof.Check(proof, request, keys));
            await store.Database.WriteAsync(transaction => spent.Spend(transaction, isDone: true), TestContext.Current.CancellationToken);
            return null;
        }
        catch (DeniedException denied)
        {
            return $"{denied.Code} {denied.Message}";
        }
    }

    private static ProofContext RequestOf(JsonNode file)
    {
        var request = file["request"]!;
        var now = DateTimeOffset.Parse((string)file["now"]!, CultureInfo.InvariantCulture);
        return new ProofContext((string)request["method"]!, (string)request["target"]!, (string)request["token"]!, now)
        {
            CnfThumbprint = (string)request["jkt"]!,
        };
    }

    private static void WriteAll()
    {
        s_folder.Clear();
        using var good = new ProofCase();
        foreach (var attack in ProofAttacks.All)
        {
            var vector = new JsonObject
            {
                ["expect"] = attack.Title is null ? [] : new JsonObject { ["code"] = ProblemCodes.ProofInvalid, ["title"] = attack.Title },
                ["now"] = ProofCase.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["request"] = Describe(good.Request),
                ["proof"] = attack.Mutate(good),
                ["control"] = good.Good.ToString(),
            };
            if (attack.ShownBefore is { } before)
            {
                vector["shownBefore"] = before(good);
            }

            s_folder.Write(attack.Name, vector);
        }
    }

    private static JsonObject Describe(ProofContext request) => new()
    {
        ["method"] = request.Method,
        ["target"] = request.Target,
        ["token"] = request.Token,
        ["jkt"] = request.CnfThumbprint,
    };
}
