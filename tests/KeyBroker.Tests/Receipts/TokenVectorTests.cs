using System.Globalization;
using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Audit;
using KeyBroker.Receipts;
using KeyBroker.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KeyBroker.Tests.Receipts;

/// <summary>The attacks on a token as data: each file holds the keys, the clock, the token, and the unmodified one beside it.</summary>
public sealed class TokenVectorTests
{
    private static readonly VectorFolder s_folder = new("token");

    public static TheoryData<string> Vectors => [.. s_folder.Names];

    [Theory, MemberData(nameof(Vectors))]
    public void Answers_as_the_vector_expects(string vector)
    {
        var file = s_folder.Read(vector);
        var verifier = VerifierOf(file);
        Assert.Equal((string?)file["expect"]!["code"], CodeOf(verifier, (string)file["token"]!));
        Assert.Null(CodeOf(verifier, (string)file["control"]!));
    }

    [Fact]
    public void Every_attack_has_its_vector_and_every_vector_its_attack()
    {
        if (VectorFolder.IsToBeWritten)
        {
            WriteAll();
        }

        Assert.Equal(TokenAttacks.All.Select(attack => attack.Name).Order(StringComparer.Ordinal), s_folder.Names);
    }

    private static TokenVerifier VerifierOf(JsonNode file)
    {
        var now = DateTimeOffset.Parse((string)file["now"]!, CultureInfo.InvariantCulture);
        var keys = file["keys"]!.AsArray().Select(key => KeyOf(key!)).ToArray();
        return new TokenVerifier(kid => SigningKeys.FindToken(keys, kid, now), (string)file["issuer"]!, new FakeTimeProvider(now));
    }

    private static SigningKey KeyOf(JsonNode key) => SigningKey.Of(
        PublicJwk.Parse(key["jwk"]!.ToJsonString()).ToEcdsa(), CanonicalJson.Bytes(key["statement"]!), new KeyCertification([], []));

    private static string? CodeOf(TokenVerifier verifier, string token)
    {
        try
        {
            Assert.NotEmpty(verifier.Verify(token).Machine);
            return null;
        }
        catch (DeniedException denied)
        {
            return denied.Code;
        }
    }

    private static void WriteAll()
    {
        s_folder.Clear();
        using var good = new TokenCase();
        foreach (var attack in TokenAttacks.All)
        {
            s_folder.Write(attack.Name, new JsonObject
            {
                ["expect"] = attack.Code is null ? [] : new JsonObject { ["code"] = attack.Code },
                ["now"] = TokenCase.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                ["issuer"] = TokenCase.Issuer,
                ["keys"] = new JsonArray([.. good.Keys.Select(Describe)]),
                ["token"] = attack.Mutate(good),
                ["control"] = good.Good.ToString(),
            });
        }
    }

    private static JsonNode Describe(SigningKey key) => new JsonObject
    {
        ["jwk"] = JsonNode.Parse(key.Jwk.ToJson()),
        ["statement"] = JsonNode.Parse(key.StatementBytes),
    };
}
