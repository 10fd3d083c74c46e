using System.Text.Json.Nodes;
using KeyBroker.Configuration;
using KeyBroker.Vault;

namespace KeyBroker.Hosting;

/// <summary>What the document of a key or secret says about its life, beside what the contract lists; a member is there where it has something to say.</summary>
internal static class LifeDocument
{
    /// <param name="left">What is left of the wait before a planned destruction, where it was asked for.</param>
    public static void AddTo(JsonObject document, VaultItem item, TimeSpan? left)
    {
        document["state"] = item.State;
        document["createdAt"] = Timestamp.Of(item.CreatedAt);
        document["deletionProtection"] = item.Life.DeletionProtection;
        var least = item.Life.MinDecryptVersion > 0 ? (JsonNode)item.Life.MinDecryptVersion : null;
        if (item is KeyRecord key)
        {
            document["exportable"] = key.Exportable;
            Add(document, "minDecryptVersion", least);
            Add(document, "rotation", RotationOf(key));
        }
        else
        {
            Add(document, "minVersion", least);
        }

        Add(document, "hold", item.Life.Hold is { } hold ? HoldOf(hold) : null);
        Add(document, "destruction", item.Life.Destruction is { } planned ? PlanOf(planned, left) : null);
        Add(document, "destroyedAt", item.Life.DestroyedAt);
    }

    public static void AddTo(JsonObject document, VersionLife life)
    {
        Add(document, "activatedAt", life.ActivatedAt);
        Add(document, "deactivatedAt", life.DeactivatedAt);
        Add(document, "revocation", life.Revocation is { } revocation ? RevocationOf(revocation) : null);
        Add(document, "destruction", life.Destruction is { } planned ? PlanOf(planned, null) : null);
        Add(document, "destroyedAt", life.DestroyedAt);
    }

    private static JsonObject? RotationOf(KeyRecord key)
    {
        var rotation = new JsonObject();
        Add(rotation, "period", key.RotationPeriod is { } period ? Durations.Text(period) : null);
        Add(rotation, "uses", key.Life.RotationUses);
        Add(rotation, "next", KeyUpkeep.NextRotation(key));
        return rotation.Count > 0 ? rotation : null;
    }

    private static JsonObject HoldOf(LegalHold hold)
    {
        var document = new JsonObject { ["since"] = Timestamp.Of(hold.Since) };
        Add(document, "reason", hold.Reason);
        return document;
    }

    private static JsonObject PlanOf(PlannedDestruction planned, TimeSpan? left)
    {
        var document = new JsonObject { ["scheduledAt"] = Timestamp.Of(planned.ScheduledAt), ["after"] = Durations.Text(planned.After) };
        Add(document, "remaining", left is { } rest ? Durations.Text(rest) : null);
        return document;
    }

    private static JsonObject RevocationOf(Revocation revocation)
    {
        var document = new JsonObject { ["reason"] = revocation.Reason, ["at"] = Timestamp.Of(revocation.At) };
        Add(document, "compromiseDate", revocation.CompromisedSince);
        return document;
    }

    private static void Add(JsonObject document, string member, DateTimeOffset? time) =>
        Add(document, member, time is { } known ? Timestamp.Of(known) : null);

    private static void Add(JsonObject document, string member, JsonNode? value)
    {
        if (value is not null)
        {
            document[member] = value;
        }
    }
}
