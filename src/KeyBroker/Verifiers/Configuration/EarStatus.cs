using System.Text.Json;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>EAR: the least favourable status among all submodules, each of which has one.</summary>
internal sealed class EarStatus(string member) : IStatusRule
{
    public ResultStatus? Of(JsonElement claims)
    {
        if (!claims.TryGetProperty("submods", out var submods) || submods.ValueKind != JsonValueKind.Object || submods.GetPropertyCount() == 0)
        {
            throw new ResultException("an EAR without submodules", "submods");
        }

        return submods.EnumerateObject().Select(submod => Of(submod.Value, submod.Name)).Aggregate(ResultStatuses.Worse);
    }

    private ResultStatus Of(JsonElement submod, string name) =>
        submod.ValueKind == JsonValueKind.Object && submod.TryGetProperty(member, out var status) && status.ValueKind == JsonValueKind.String
        && ResultStatuses.TryParse(status.GetString()) is { } known
            ? known
            : throw new ResultException($"a submodule without {member}", $"/submods/{name}/{member}");
}
