using System.Collections.Immutable;
using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Attestation.Policies.Comparing;
using KeyBroker.Audit;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>Who may do what with a name, as administrators see it.</summary>
internal static class AccessJson
{
    /// <summary>Every policy with a grant on the name, whether or not a machine satisfies it now.</summary>
    public static JsonArray Of(PolicySet set, ResourceKind kind, string name) =>
    [
        .. from policy in set.Policies
           let grants = policy.Grants.Where(grant => grant.Covers(kind, name)).ToList()
           where grants.Count > 0
           select new JsonObject
           {
               ["policy"] = policy.Name,
               ["digest"] = policy.Digest,
               ["mode"] = DecisionJson.NameOf(policy.Mode),
               ["machines"] = Of(policy.Machines),
               ["grants"] = new JsonArray([.. grants.Select(Of)]),
           },
    ];

    /// <summary>What the audit says of a use.</summary>
    public static JsonObject Of(AuditEntry used)
    {
        var record = JsonNode.Parse(used.Record)!;
        var document = new JsonObject
        {
            ["seq"] = used.Sequence,
            ["at"] = Timestamp.Of(DateTimeOffset.FromUnixTimeMilliseconds((long)record["at"]!)),
        };
        foreach (var member in new[] { "op", "machine", "policy", "version" })
        {
            if (record[member] is { } value)
            {
                document[member] = value.DeepClone();
            }
        }

        return document;
    }

    private static JsonObject Of(MachineSelector machines)
    {
        var document = new JsonObject
        {
            ["labels"] = new JsonObject(machines.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
            ["trust"] = Texts(machines.Trust),
            ["anyGenuineTpm"] = machines.AnyGenuineTpm,
        };
        AddMake(document, ("manufacturer", machines.Make.Manufacturer), ("model", machines.Make.Model), ("firmware", machines.Make.Firmware));
        return document;
    }

    private static void AddMake(JsonObject document, params (string Member, ImmutableArray<string> Accepted)[] makes)
    {
        foreach (var (member, accepted) in makes.Where(make => !make.Accepted.IsEmpty))
        {
            document[member] = Texts(accepted);
        }
    }

    private static JsonObject Of(Grant grant)
    {
        var document = new JsonObject { ["allow"] = Texts(grant.Verbs) };
        if (grant.OnlyToEnc)
        {
            document["to"] = "enc";
        }

        if (grant.OnlyToTpm)
        {
            document["recipient"] = "tpm";
        }

        if (TermsText.Of(grant.Terms) is { Length: > 0 } terms)
        {
            document["terms"] = terms;
        }

        return document;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
