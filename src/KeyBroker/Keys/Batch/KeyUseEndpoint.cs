using System.Text.Json;
using KeyBroker.Attestation;
using KeyBroker.Attestation.Evidence;
using KeyBroker.Gate;
using KeyBroker.Hosting;

namespace KeyBroker.Keys;

/// <summary>A call that uses a key: for one body, or for a list of such bodies under one grant check.</summary>
internal abstract class KeyUseEndpoint<TMessage>(AccessGate gate, KeyAnswers answers)
    : KeyEndpoint(gate, answers)
    where TMessage : KeyMessage
{
    private const string Items = "items";
    private const int MostItems = 256;

    /// <summary>The members of a body for one use.</summary>
    protected abstract string[] Members { get; }

    protected abstract TMessage ReadOne(Admission admission, StrictObject members);

    protected sealed override KeyMessage Read(Admission admission, RequestBody body)
    {
        var whole = body.Object([.. Members, Items]);
        return whole.Has(Items)
            ? new KeyBatch<TMessage>(admission, ReadItems(admission, body.Object(Items).Required(Items)))
            : ReadOne(admission, whole);
    }

    // Each is read when its turn comes: what is wrong with one is the answer to that one.
    private List<Func<TMessage>> ReadItems(Admission admission, JsonElement items)
    {
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() is 0 or > MostItems)
        {
            throw DeniedException.Malformed($"a list of 1 to {MostItems} items is expected", Items);
        }

        return [.. items.EnumerateArray().Select<JsonElement, Func<TMessage>>(
            item => () => ReadOne(admission, StrictJson.Object(item, Members)))];
    }
}
