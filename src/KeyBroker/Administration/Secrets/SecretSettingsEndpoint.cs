using KeyBroker.Attestation;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/secrets/{name}/settings: what is named is set, what is not stays.</summary>
internal sealed class SecretSettingsEndpoint(IMediator mediator) : ItemChangeEndpoint(mediator, "settings", ItemKind.Secret)
{
    protected override ItemChange Read(RequestBody body)
    {
        var members = body.Object("labels", "minVersion", "deletionProtection");
        var settings = new SecretSettings
        {
            Labels = members.Optional("labels") is { } labels ? Labels.Parse(labels) : null,
            MinVersion = members.OptionalInt32("minVersion"),
            DeletionProtection = members.OptionalBoolean("deletionProtection"),
        };
        return settings.MinVersion is null or > 0
            ? new(secret => settings.Apply((SecretRecord)secret))
            : throw DeniedException.Malformed("a version is a number from 1 on", "minVersion");
    }
}
