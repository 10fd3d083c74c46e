using System.Text.Json.Nodes;
using KeyBroker.Attestation;
using KeyBroker.Gate;
using KeyBroker.Pipeline;
using KeyBroker.Vault;
using MediatR;

namespace KeyBroker.Keys;

/// <summary>Runs the items of a batch one after the other. A refusal is the item's own; anything else ends the whole.</summary>
internal sealed class KeyBatchHandler<TMessage>(IRequestHandler<TMessage, Outcome<KeyResult>> single, KeyVault vault)
    : KeyHandler<KeyBatch<TMessage>>(vault)
    where TMessage : KeyMessage
{
    public override async Task<Outcome<KeyResult>> Handle(KeyBatch<TMessage> request, CancellationToken cancellationToken)
    {
        var key = Find(request.All, version: null);
        var (results, refused) = (new JsonArray(), new SortedSet<string>(StringComparer.Ordinal));
        var (versions, approvals) = (new SortedDictionary<int, KeyVersion>(), new List<Approval>());
        var (rests, recipients) = (new HashSet<(int, string)>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var item in request.Items)
        {
            var (done, refusal) = await TryAsync(item, cancellationToken);
            results.Add(done?.Outcome.Value.Result ?? new JsonObject { ["error"] = new JsonObject { ["code"] = refusal } });
            if (done is not { Outcome: { Value.Version: { } version } outcome, Approval: var approval })
            {
                refused.Add(refusal!);
                continue;
            }

            versions[version.Version] = version;
            approvals.Add(approval);
            recipients.UnionWith(outcome.Recipient is { } recipient ? [recipient] : []);
            rests.UnionWith(outcome.RestsOn ?? [(version.Version, request.All.Verb)]);
        }

        // Of more than one version the receipt names none, and no key claim then; the record names all.
        return new(new KeyResult(key, versions.Count == 1 ? versions.Values.First() : null, results))
        {
            Version = versions.Count == 1 ? versions.Keys.First() : null,
            Versions = versions.Count > 1 ? [.. versions.Keys] : null,
            RestsOn = [.. rests],
            Items = request.Items.Count,
            Approvals = approvals,
            Reasons = [.. refused],
            Recipient = recipients.Count > 0 ? string.Join(' ', recipients) : null,
        };
    }

    private async Task<((Outcome<KeyResult> Outcome, Approval Approval)? Done, string? Refusal)> TryAsync(
        Func<TMessage> item, CancellationToken cancellation)
    {
        try
        {
            var message = item();
            return ((await single.Handle(message, cancellation), (Approval)message.Admission), null);
        }
        catch (DeniedException denied)
        {
            return (null, denied.Code);
        }
    }
}
