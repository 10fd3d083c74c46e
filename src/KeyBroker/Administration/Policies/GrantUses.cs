using System.Text.Json;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Review;
using KeyBroker.Audit;

namespace KeyBroker.Administration;

/// <summary>Which grants were used, as the audit tells: every use that was done names the policy that granted it.</summary>
internal sealed class GrantUses(AuditLog audit)
{
    /// <summary>The newest records that are looked at.</summary>
    public const int MostRecords = 1_000_000;

    private const int RecordsPerPage = 10_000;

    /// <summary>The uses since an instant, each once.</summary>
    /// <returns>Also how many records were looked at, and whether they were all.</returns>
    public (IReadOnlyCollection<GrantUse> Uses, int Records, bool IsWhole) Since(DateTimeOffset since)
    {
        var uses = new HashSet<GrantUse>();
        var count = 0;
        var before = long.MaxValue;
        while (count < MostRecords)
        {
            var page = audit.ListBefore(before, since, RecordsPerPage);
            foreach (var entry in page)
            {
                if (Of(entry.Record) is { } use)
                {
                    uses.Add(use);
                }
            }

            count += page.Count;
            if (page.Count < RecordsPerPage)
            {
                return (uses, count, true);
            }

            before = page[^1].Sequence;
        }

        return (uses, count, false);
    }

    private static GrantUse? Of(string record)
    {
        using var document = JsonDocument.Parse(record);
        var root = document.RootElement;
        if (Text("policy") is not { } policy || Text("outcome") != "done"
            || Text("op")?.Split('.') is not [var kind, var verb] || Text("resource")?.Split('/', 2) is not [_, var name])
        {
            return null;
        }

        return kind switch
        {
            "key" => new GrantUse(policy, ResourceKind.Key, name, verb),
            "secret" => new GrantUse(policy, ResourceKind.Secret, name, verb),
            _ => null,
        };

        string? Text(string member) => root.TryGetProperty(member, out var value) ? value.GetString() : null;
    }
}
