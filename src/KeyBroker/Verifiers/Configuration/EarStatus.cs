using System.Text.Json;
using KeyBroker.Attestation.Results;

namespace KeyBroker.Verifiers;

/// <summary>EAR: the least favourable status among all submodules, each of which has one, and that of the whole, if it says one.</summary>
internal sealed class EarStatus(string member) : IStatusRule
{
    public ResultStatus? Of(JsonElement claims)
    {
        if (!claims.TryGetProperty("submods", out var submods) || submods.ValueKind != JsonValueKind.Object || submods.GetPropertyCount() == 0)
        {
            throw new ResultException("an EAR without submodules", "submods");
        }

        var worst = submods.EnumerateObject().Select(submod => OfSubmodule(submod.Value, submod.Name)).Aggregate(ResultStatuses.Worse);
        return claims.TryGetProperty(member, out var whole)
            ? ResultStatuses.Worse(worst, Known(whole) ?? throw new ResultException($"its {member} is no status", member))
            : worst;
    }

    private ResultStatus OfSubmodule(JsonElement submod, string name) =>
        submod.ValueKind == JsonValueKind.Object && submod.TryGetProperty(member, out var status) && Known(status) is { } known
            ? known
            : throw new ResultException($"a submodule without {member}", $"/submods/{name}/{member}");

    private static ResultStatus? Known(JsonElement status) =>
        status.ValueKind == JsonValueKind.String ? ResultStatuses.TryParse(status.GetString()) : null;
}
