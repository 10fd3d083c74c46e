using System.Text.Json;

namespace KeyBroker.Conformance;

/// <summary>What a manifest says of a case. Only the comparison reads it, after every verdict is made.</summary>
internal sealed record Expectation(string Id, string Outcome, JsonElement? Details)
{
    public static Expectation? Read(JsonElement entry) =>
        Case.Text(entry, "id") is { } id && Case.Text(entry, "outcome") is { } outcome
            ? new Expectation(id, outcome, entry.TryGetProperty("expected", out var details) ? details : null)
            : null;

    /// <summary>Null where the verdict is the expected one; otherwise what differs.</summary>
    public string? Difference(Verdict verdict)
    {
        var said = Report.NameOf(verdict.Outcome);
        var wanted = Outcome switch
        {
            "accept" => "accept",
            "reject" or "reject_strict" => "reject",
            _ => said,
        };
        return said != wanted ? $"expected {Outcome}, said {said}: {verdict.Reason}" : Values(verdict);
    }

    private string? Values(Verdict verdict)
    {
        if (verdict.Outcome != Conformance.Outcome.Accept || Details is not { ValueKind: JsonValueKind.Object } details)
        {
            return null;
        }

        return Case.Text(details, "name") is { } name && name != verdict.Name ? $"expected the name {name}"
            : Differs(details, "digest", verdict.Digest) ?? Differs(details, "pcr_digest", verdict.Digest) ?? Registers(details, verdict);
    }

    private static string? Differs(JsonElement details, string member, IReadOnlyDictionary<string, string>? computed)
    {
        if (computed is null || !details.TryGetProperty(member, out var wanted) || wanted.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var other = wanted.EnumerateObject().FirstOrDefault(one => computed.GetValueOrDefault(one.Name) != one.Value.GetString());
        return other.Value.ValueKind == JsonValueKind.Undefined ? null : $"expected another {member} ({other.Name})";
    }

    private static string? Registers(JsonElement details, Verdict verdict)
    {
        if (verdict.Pcrs is null || !details.TryGetProperty("pcrs", out var banks) || banks.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var bank in banks.EnumerateObject())
        {
            var replayed = verdict.Pcrs.GetValueOrDefault(bank.Name);
            foreach (var register in bank.Value.EnumerateObject())
            {
                if (replayed?.GetValueOrDefault(register.Name) != register.Value.GetString())
                {
                    return $"expected another register {register.Name} ({bank.Name})";
                }
            }
        }

        return null;
    }
}
