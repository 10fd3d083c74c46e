using System.Text.Json.Nodes;
using KeyBroker.Attestation.Policies;
using KeyBroker.Enrollments;
using KeyBroker.Hosting;

namespace KeyBroker.Administration;

/// <summary>A machine as administrators see it.</summary>
internal static class MachineJson
{
    public static JsonObject Of(Machine machine)
    {
        var document = Described(machine);
        if (machine.RevokeReason is { } reason)
        {
            document["revokeReason"] = reason;
        }

        return document;
    }

    /// <summary>Also says that the deny list covers it, which its row does not know.</summary>
    public static JsonObject Of(Machine machine, TrustedEndorsements endorsements)
    {
        var document = Of(machine);
        if (endorsements.IsDenied(machine))
        {
            document["denyListed"] = true;
        }

        return document;
    }

    private static JsonObject Described(Machine machine) => new()
    {
        ["machine"] = machine.Id,
        ["name"] = machine.Name,
        ["status"] = machine.Status,
        ["trust"] = machine.Trust,
        ["registered"] = machine.Facts.RestsOn(TrustLevel.PreRegistered) || machine.Status == MachineStatus.Registered,
        ["tpm"] = machine.Tpm is { } tpm
            ? new JsonObject
            {
                ["manufacturer"] = tpm.Manufacturer,
                ["model"] = tpm.Model,
                ["firmware"] = tpm.Firmware,
                ["issuer"] = tpm.Issuer,
                ["serial"] = tpm.Serial,
            }
            : null,
        ["labels"] = Labels.ToJson(machine.Labels),
        ["boot"] = machine.Boot is { } boot
            ? new JsonObject { ["resetCount"] = boot.ResetCount, ["restartCount"] = boot.RestartCount }
            : null,
        ["reEnroll"] = machine.MayReEnroll,
        ["createdAt"] = Timestamp.Of(machine.CreatedAt),
    };
}
