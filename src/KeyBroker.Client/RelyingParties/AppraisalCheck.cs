using System.Text.Json.Nodes;

namespace KeyBroker.Client;

/// <summary>APP-6. Believes an appraisal that the broker's result key signed, for us, over our nonce, and that stands now.</summary>
public sealed class AppraisalCheck(ReceiptKeys keys, AppraisalExpectations expected, TimeProvider clock)
{
    private const string Type = "eat+jwt";
    private const string Submodule = "tpm";

    // By how much the broker's clock may be ahead of ours. For the end there is none.
    private static readonly TimeSpan s_leeway = TimeSpan.FromSeconds(60);

    /// <exception cref="BrokerAnswerException">It is not to be believed: which check fails.</exception>
    public Appraisal Verify(string compact)
    {
        try
        {
            var (claims, kid) = BrokerJws.Open(compact, Type, keys);
            RequireExpected(claims);
            RequireTimes(claims);
            BrokerJws.RequireCertified(claims, kid, keys);
            return Read(claims);
        }
        catch (ReceiptException refused)
        {
            throw new BrokerAnswerException($"the appraisal is not to be believed: {refused.Message}");
        }
    }

    private void RequireExpected(JsonObject claims)
    {
        Require(Text(claims, "iss") == expected.Issuer, "it is of another broker");
        Require(Text(claims, "aud") == expected.Client, "it is for another client");
        Require(Text(claims, "eat_nonce") == expected.Nonce, "it is over another nonce");
        Require(!claims.ContainsKey("cnf"), "it is a token, which is for the broker");
        var machine = Text(claims, "sub");
        Require(machine is not null && (expected.Machine is null || machine == expected.Machine), "it is about another machine");
    }

    private void RequireTimes(JsonObject claims)
    {
        var now = clock.GetUtcNow();
        Require(Time(claims, "iat") <= now + s_leeway, "it was made in the future");
        Require(Time(claims, "exp") > now, "it has ended");
    }

    private static Appraisal Read(JsonObject claims)
    {
        var members = EarMembers.Find(Text(claims, "eat_profile"));
        Require(members is not null, "it is of an unknown profile");
        var submodule = claims["submods"] is JsonObject { Count: 1 } submods ? submods[Submodule] as JsonObject : null;
        Require(submodule is not null && Text(submodule, members!.Status) is "affirming" or "contraindicated", "it has no status");
        return new Appraisal(claims, submodule!, members!);
    }

    private static DateTimeOffset? Time(JsonObject claims, string name) =>
        claims[name] is JsonValue value && value.TryGetValue<long>(out var seconds) && seconds is >= 0 and <= uint.MaxValue
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string? Text(JsonObject? claims, string name) =>
        claims?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new BrokerAnswerException($"the appraisal is not to be believed: {message}");
        }
    }
}
