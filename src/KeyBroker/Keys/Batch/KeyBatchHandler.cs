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
        var key = Find(request.All);
        var (results, refused) = (new JsonArray(), new SortedSet<string>(StringComparer.Ordinal));
        var (versions, approvals) = (new SortedDictionary<int, KeyVersion>(), new List<Approval>());
        foreach (var item in request.Items)
        {
            try
            {
                var message = item();
                var answered = (await single.Handle(message, cancellationToken)).Value;
                results.Add(answered.Result);
                versions[answered.Version!.Version] = answered.Version;
                approvals.Add((Approval)message.Admission);
            }
            catch (DeniedException denied)
            {
                refused.Add(denied.Code);
                results.Add(new JsonObject { ["error"] = new JsonObject { ["code"] = denied.Code } });
            }
        }

        // Of more than one version the receipt names none, and no key claim then; the record names all.
        return new(new KeyResult(key, versions.Count == 1 ? versions.Values.First() : null, results))
        {
            Version = versions.Count == 1 ? versions.Keys.First() : null,
            Versions = versions.Count > 1 ? [.. versions.Keys] : null,
            Items = request.Items.Count,
            Approvals = approvals,
            Reasons = [.. refused],
        };
    }
}
