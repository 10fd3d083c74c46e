using KeyBroker.Gate;

namespace KeyBroker.Keys;

/// <summary>Uses of one key that are answered together, each for itself.</summary>
/// <param name="All">Approves nothing: each item needs an approval of its own, which its message carries.</param>
/// <param name="Items">Each gives its message, or throws what is wrong with its body.</param>
internal sealed record KeyBatch<TMessage>(Admission All, IReadOnlyList<Func<TMessage>> Items) : KeyMessage(All)
    where TMessage : KeyMessage;
