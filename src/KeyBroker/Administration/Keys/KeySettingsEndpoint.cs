using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Configuration;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/keys/{name}/settings: what is named is set, what is not stays.</summary>
internal sealed class KeySettingsEndpoint(IMediator mediator) : ItemChangeEndpoint(mediator, "settings", ItemKind.Key)
{
    private static readonly TimeSpan s_shortestPeriod = TimeSpan.FromHours(1);

    protected override ItemChange Read(RequestBody body)
    {
        var members = body.Object("labels", "minDecryptVersion", "rotation", "deletionProtection", "exportable");
        var (period, uses) = Rotation(members.Optional("rotation"));
        var settings = new KeySettings
        {
            Labels = members.Optional("labels") is { } labels ? Labels.Parse(labels) : null,
            MinDecryptVersion = members.OptionalInt32("minDecryptVersion"),
            SetsRotation = members.Has("rotation"),
            RotationPeriod = period,
            RotationUses = uses,
            DeletionProtection = members.OptionalBoolean("deletionProtection"),
            Exportable = members.OptionalBoolean("exportable"),
        };
        return settings.MinDecryptVersion is null or > 0
            ? new(key => settings.Apply((KeyRecord)key))
            : throw DeniedException.Malformed("a version is a number from 1 on", "minDecryptVersion");
    }

    /// <summary>Null, or an object without members, ends rotation by itself, but for the limit of AES-GCM.</summary>
    private static (TimeSpan? Period, long? Uses) Rotation(JsonElement? rotation)
    {
        if (rotation is not { ValueKind: not JsonValueKind.Null } given)
        {
            return (null, null);
        }

        var members = StrictJson.Object(given, "period", "uses");
        return (Period(members.OptionalText("period")), Uses(members.Optional("uses")));
    }

    private static TimeSpan? Period(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return Durations.TryParse(text) is { } period && period >= s_shortestPeriod
            ? period
            : throw DeniedException.Malformed($"a duration from {Durations.Text(s_shortestPeriod)} to {Durations.Text(Durations.Longest)}", "rotation.period");
    }

    private static long? Uses(JsonElement? element)
    {
        if (element is not { } number)
        {
            return null;
        }

        return number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var uses) && uses is > 0 and <= KeyUses.Usual
            ? uses
            : throw DeniedException.Malformed($"a number from 1 to {KeyUses.Usual}", "rotation.uses");
    }
}
