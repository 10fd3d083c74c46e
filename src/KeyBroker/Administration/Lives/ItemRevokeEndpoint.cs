using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Hosting;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Administration;

/// <summary>POST /v1/admin/{keys|secrets}/{name}/revoke: compromised, or deactivated, by a reason of KMIP.</summary>
internal sealed class ItemRevokeEndpoint(IMediator mediator, TimeProvider time) : ItemChangeEndpoint(mediator, "revoke")
{
    protected override ItemChange Read(RequestBody body)
    {
        var members = body.Object("reason", "compromiseDate", "version");
        var (reason, version) = (members.Text("reason"), members.OptionalInt32("version"));
        if (!RevocationReason.All.Contains(reason, StringComparer.Ordinal))
        {
            throw DeniedException.Malformed($"one of {string.Join(", ", RevocationReason.All)}", "reason");
        }

        var revocation = new Revocation(reason, time.GetUtcNow(), CompromisedSince(members, reason));
        return new(item => ItemChanges.Revoke(item, version, revocation), version);
    }

    private DateTimeOffset? CompromisedSince(StrictObject members, string reason)
    {
        if (members.OptionalText("compromiseDate") is not { } text)
        {
            return null;
        }

        return Timestamp.TryParse(text) is { } date && date <= time.GetUtcNow() && RevocationReason.IsCompromise(reason)
            ? date
            : throw DeniedException.Malformed("a time of the past in UTC, of a compromise", "compromiseDate");
    }
}
