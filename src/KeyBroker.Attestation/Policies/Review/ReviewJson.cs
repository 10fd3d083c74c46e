using System.Globalization;
using System.Text.Json.Nodes;

namespace KeyBroker.Attestation.Policies.Review;

/// <summary>A review as administrators see it.</summary>
public static class ReviewJson
{
    public static JsonObject Of(PolicyReview review, DateTimeOffset now) => new()
    {
        ["unmatchedBaselines"] = List(review.Unmatched, Of),
        ["endingBaselines"] = List(review.Ending, baseline => Ending(baseline, now)),
        ["policiesOfNoMachine"] = List(review.SelectingNone, policy => new JsonObject { ["policy"] = policy.Name, ["file"] = policy.File }),
        ["unusedGrants"] = List(review.Unused, Of),
        ["observed"] = List(review.Observed, Of),
    };

    private static JsonObject Of(Baseline baseline) => new() { ["baseline"] = baseline.Name, ["file"] = baseline.File };

    private static JsonObject Ending(Baseline baseline, DateTimeOffset now)
    {
        var json = Of(baseline);
        json["validUntil"] = baseline.ValidUntil!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        json["ended"] = baseline.ValidUntil <= now;
        return json;
    }

    private static JsonObject Of(UnusedGrant unused) => new()
    {
        ["policy"] = unused.Policy,
        ["of"] = unused.Grant.Kind == ResourceKind.Key ? "keys" : "secrets",
        ["patterns"] = Texts(unused.Grant.Patterns.Select(pattern => pattern.Text)),
        ["verbs"] = Texts(unused.Verbs),
        ["whole"] = unused.IsWhole,
    };

    private static JsonObject Of(ObservedPolicy observed) => new()
    {
        ["policy"] = observed.Policy,
        ["machines"] = observed.Machines,
        ["holds"] = observed.Holds,
        ["fails"] = observed.Fails,
        ["wouldLetIn"] = Texts(observed.WouldLetIn),
        ["reasons"] = List(observed.Reasons, reason => new JsonObject { ["what"] = reason.What, ["states"] = reason.States }),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => List(texts, text => JsonValue.Create(text));

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode> document) => [.. items.Select(document)];
}
